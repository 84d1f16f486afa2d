/// Uses the convolution's own padding instead of a zero-padding layer before it.
enum PadConvolution: Rewrite {
  static let name = "zero padding into convolution"

  static func apply(to graph: inout OperationGraph, at place: Int, _ options: PlanOptions) -> Bool {
    guard let placing = graph[place] as? PadCropOperation, let zeros = placing.surroundingZeros,
      let convolution = graph.reader(of: place)?.operation as? any PaddingOperation
    else { return false }
    convolution.geometry.rows.pad(zeros.rows)
    convolution.geometry.columns.pad(zeros.columns)
    graph.remove(place)
    return true
  }
}

/// An operation that can pad its images with zeros itself.
protocol PaddingOperation: Operation {
  var geometry: ConvolutionGeometry { get set }
}

extension ConvolutionOperation: PaddingOperation {}
extension DepthwiseOperation: PaddingOperation {}
extension GroupedOperation: PaddingOperation {}

extension SlidingAxis {
  /// The windows stay where they are. Their first elements are the new padding.
  fileprivate mutating func pad(_ axis: Placement.Axis) {
    input = axis.input
    padBefore += axis.shift
  }
}
