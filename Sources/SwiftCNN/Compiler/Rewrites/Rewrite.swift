/// Replaces a few consecutive operations by fewer or faster ones. The results have the same bits unless the rewrite says
/// otherwise.
protocol Rewrite: Sendable {
  /// The name in `planInfo`.
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

/// The rewrites in their order. The order matters, because each rewrite sees the results of those before it.
enum Rewrites {
  static let all: [any Rewrite.Type] = [
    PadConvolution.self, FoldNormalization.self, DropRepeatedReLU.self, MoveReLUBehindMaxPooling.self, FuseReLU.self,
    CropConvolution.self, FuseDropoutIntoMaxPooling.self, MarkDroppedDense.self, SumBiasInMaxPooling.self,
    UseWinograd.self, JoinConvolutionAndMaxPooling.self, ReadFoldedWeights.self,
  ]

  /// Applies the rewrites one after the other, each to the whole graph.
  /// - Returns: how many times each rewrite changed something.
  static func apply(to graph: inout OperationGraph, _ options: PlanOptions) -> [(name: String, count: Int)] {
    all.filter { !options.withoutRewrites.contains($0.name) }.map { rewrite in
      var count = 0
      for place in graph.places where rewrite.apply(to: &graph, at: place, options) { count += 1 }
      return (rewrite.name, count)
    }
  }
}
