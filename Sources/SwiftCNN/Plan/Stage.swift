/// Operations that run together: several that work image by image, or one that works on the whole batch.
struct Stage {
  let operations: Range<Int>
  let scope: OperationScope

  static func stages(of operations: [any Operation]) -> [Stage] {
    var stages: [Stage] = []
    for (i, operation) in operations.enumerated() {
      if let last = stages.last, last.scope == .image, operation.scope == .image {
        stages[stages.count - 1] = Stage(operations: last.operations.lowerBound..<i + 1, scope: .image)
      } else {
        stages.append(Stage(operations: i..<i + 1, scope: operation.scope))
      }
    }
    return stages
  }

  /// How many groups of images are summed separately; enough for many cores, few enough to add up quickly.
  static let mostGroups = 16

  /// The images of a batch in groups as equal as can be: a function of their number alone, never of the threads.
  static func groups(_ count: Int) -> [Range<Int>] {
    let groups = min(count, mostGroups)
    return (0..<groups).map { $0 * count / groups..<($0 + 1) * count / groups }
  }
}
