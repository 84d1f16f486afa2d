/// Operations that run together: either several that work image by image, or one that works on the whole batch.
struct Stage {
  let operations: Range<Int>
  let scope: OperationScope
  /// How many images a thread takes through the whole stage at once; 0 if its operations have no preference, so that later ones
  /// decide.
  private let preferredImages: Int
  var imagesAtOnce: Int { max(1, preferredImages) }
  /// Approximate multiply-adds for one image.
  let work: Int

  /// Divides the operations into stages. A new stage begins at an operation that prefers more images at once than the operations
  /// before it. Those keep their values in a thread's cache; it reads its weights once for all images.
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

  /// How many images of a batch a thread takes at once: as many as the stage prefers, but not so many that another thread gets
  /// none.
  func images(of count: Int, threads: Int) -> Int { max(1, min(imagesAtOnce, (count + threads - 1) / threads)) }
}

// MARK: - Sums over images

extension Stage {
  /// How many groups of images are summed separately: enough for many cores, and few enough to add up quickly.
  static let mostGroups = 16
  /// The limit for layers with so many weights that sixteen sets of their gradients would fill the memory.
  private static let fewestGroups = 4
  private static let mostGroupElements = 1 << 24

  /// Divides the images of a batch into nearly equal groups. The groups depend on the problem alone, never on the number of
  /// threads.
  /// - Parameter weights: the number of elements with gradients that each group sums.
  static func groups(_ count: Int, weights: Int) -> [Range<Int>] {
    // Powers of two, which two or four threads share evenly.
    var groups = mostGroups
    while groups > fewestGroups && groups * weights > mostGroupElements { groups /= 2 }
    return (0..<count).parts(min(count, groups))
  }

  /// Divides a group into the chunks of images that a thread takes at once, in order.
  func chunks(_ group: Range<Int>) -> [Range<Int>] { group.parts((group.count + imagesAtOnce - 1) / imagesAtOnce) }
}

extension Range<Int> {
  /// Divides the range into `number` nearly equal parts. The larger parts come first, so that threads that take the parts in
  /// order finish together.
  fileprivate func parts(_ number: Int) -> [Range<Int>] {
    let (size, larger) = count.quotientAndRemainder(dividingBy: Swift.max(1, number))
    func start(_ part: Int) -> Int { lowerBound + part * size + Swift.min(part, larger) }
    return (0..<number).map { start($0)..<start($0 + 1) }
  }
}
