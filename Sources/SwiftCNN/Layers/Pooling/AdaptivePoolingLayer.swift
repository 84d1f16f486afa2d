/// The two adaptive pooling layers. They differ only in the operation.
protocol AdaptivePoolingLayer: CompilableLayer {
  var outputSize: Extent { get set }
}

extension AdaptivePoolingLayer {
  static var settings: [Setting<Self>] {
    [
      Setting(
        "output_size", \.outputSize,
        Requirement("one or two integers (height, width) from 1 to \(ResamplingAxis.largestSize)") {
          [$0.height, $0.width].allSatisfy { 1...ResamplingAxis.largestSize ~= $0 }
        }, isRequired: true, doc: "height and width of the output: one integer, or (height, width)."),
      .dataFormat,
    ]
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    try requireImages(input)
    try ResamplingAxis.check([input[0], input[1]], of: title)
    return [outputSize.height, outputSize.width, input[2]]
  }
}
