/// Zeros around the images that a convolution receives are its own padding.
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

/// An operation that surrounds its images with zeros itself.
protocol PaddingOperation: Operation {
  var geometry: ConvolutionGeometry { get set }
}

extension ConvolutionOperation: PaddingOperation {}
extension DepthwiseOperation: PaddingOperation {}
extension GroupedOperation: PaddingOperation {}

extension SlidingAxis {
  /// The windows stay; what they meet first of all is the padding.
  fileprivate mutating func pad(_ axis: Placement.Axis) {
    input = axis.input
    padBefore += axis.shift
  }
}
