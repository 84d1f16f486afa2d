/// A replacement of a few operations that follow one another by fewer or faster ones, which computes the same bits unless it says
/// otherwise.
protocol Rewrite: Sendable {
  /// What `planInfo` calls it.
  static var name: String { get }
  /// Whether a plan without it computes the same bits.
  static var keepsBits: Bool { get }

  /// Looks at the operation at `place` and its neighbours.
  /// - Returns: whether it changed something.
  static func apply(to graph: inout OperationGraph, at place: Int, _ options: PlanOptions) -> Bool
}

extension Rewrite {
  static var keepsBits: Bool { true }
}

/// The rewrites in their order, which matters: each sees what those before it have left.
enum Rewrites {
  static let all: [any Rewrite.Type] = [
    PadConvolution.self, FoldNormalization.self, DropRepeatedReLU.self, MoveReLUBehindMaxPooling.self, FuseReLU.self,
    CropConvolution.self, FuseDropoutIntoMaxPooling.self, MarkDroppedDense.self, SumBiasInMaxPooling.self,
    UseWinograd.self, JoinConvolutionAndMaxPooling.self, ReadFoldedWeights.self,
  ]

  /// Applies all rewrites everywhere, one after the other.
  /// - Returns: how often each changed something.
  static func apply(to graph: inout OperationGraph, _ options: PlanOptions) -> [(name: String, count: Int)] {
    all.filter { !options.withoutRewrites.contains($0.name) }.map { rewrite in
      var count = 0
      for place in graph.places where rewrite.apply(to: &graph, at: place, options) { count += 1 }
      return (rewrite.name, count)
    }
  }
}
