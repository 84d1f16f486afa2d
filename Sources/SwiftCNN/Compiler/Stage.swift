/// Operations that run together: several that work image by image, or one that works on the whole batch.
struct Stage {
  let operations: Range<Int>
  let scope: OperationScope
  /// How many images a thread takes through all of it at once; 0 where its operations leave that to those that join them.
  private let preferredImages: Int
  var imagesAtOnce: Int { max(1, preferredImages) }
  /// About the multiply-adds of an image.
  let work: Int

  /// The operations in stages. A stage begins where an operation would rather see more images at once than the ones before it:
  /// those keep their values in a thread's cache, and it reads its weights once for all images.
  static func stages(of operations: [any Operation]) -> [Stage] {
    var stages: [Stage] = []
    for (i, operation) in operations.enumerated() {
      let images = operation.imagesAtOnce
      let next = Stage(operations: i..<i + 1, scope: operation.scope, preferredImages: images, work: operation.work)
      if let last = stages.last, last.scope == .image, next.scope == .image,
        images <= last.preferredImages || last.preferredImages == 0
      {
        stages[stages.count - 1] = last.joined(next)
      } else {
        stages.append(next)
      }
    }
    return stages
  }

  private func joined(_ next: Stage) -> Stage {
    Stage(
      operations: operations.lowerBound..<next.operations.upperBound, scope: scope,
      preferredImages: max(preferredImages, next.preferredImages), work: work + next.work)
  }

  /// Images of a batch that a thread takes at once: as many as the stage likes, as long as no other thread goes without.
  func images(of count: Int, threads: Int) -> Int { max(1, min(imagesAtOnce, (count + threads - 1) / threads)) }
}

// MARK: - Sums over images

extension Stage {
  /// How many groups of images are summed separately; enough for many cores, few enough to add up quickly.
  static let mostGroups = 16
  /// The same for layers with so many weights that sixteen sets of their gradients would fill the memory.
  private static let fewestGroups = 4
  private static let mostGroupElements = 1 << 24

  /// The images of a batch in groups as equal as can be: a function of the problem alone, never of the threads.
  /// - Parameter weights: elements whose gradients each group sums.
  static func groups(_ count: Int, weights: Int) -> [Range<Int>] {
    // Powers of two, which two or four threads share evenly.
    var groups = mostGroups
    while groups > fewestGroups && groups * weights > mostGroupElements { groups /= 2 }
    return (0..<count).parts(min(count, groups))
  }

  /// The images of a group that a thread takes at once, in their order.
  func chunks(_ group: Range<Int>) -> [Range<Int>] { group.parts((group.count + imagesAtOnce - 1) / imagesAtOnce) }
}

extension Range<Int> {
  /// The range in `number` parts as equal as can be, the larger ones first: so threads that take them in order end together.
  fileprivate func parts(_ number: Int) -> [Range<Int>] {
    let (size, larger) = count.quotientAndRemainder(dividingBy: Swift.max(1, number))
    func start(_ part: Int) -> Int { lowerBound + part * size + Swift.min(part, larger) }
    return (0..<number).map { start($0)..<start($0 + 1) }
  }
}
