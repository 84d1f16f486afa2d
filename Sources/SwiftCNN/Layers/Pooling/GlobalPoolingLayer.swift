/// A pooling over the whole image.
protocol GlobalPoolingLayer: CompilableLayer {
  var keepDims: Bool { get set }
}

extension GlobalPoolingLayer {
  static var settings: [Setting<Self>] {
    [
      .dataFormat,
      Setting("keepdims", \.keepDims, doc: "True keeps the axes of height and width, with the size 1."),
    ]
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    try requireImages(input)
    return keepDims ? [1, 1, input[2]] : [input[2]]
  }
}
