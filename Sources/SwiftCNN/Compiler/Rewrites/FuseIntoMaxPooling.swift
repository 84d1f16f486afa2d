/// Does not compute the outputs of a convolution that lie in no pooling window.
enum CropConvolution: Rewrite {
  static let name = "convolution cropped to what is pooled"

  static func apply(to graph: inout OperationGraph, at place: Int, _ options: PlanOptions) -> Bool {
    guard let convolution = graph[place] as? ConvolutionOperation,
      let pooling = graph.reader(of: place)?.operation as? MaxPoolingOperation, pooling.pool.pad_top == 0,
      pooling.pool.pad_left == 0
    else { return false }
    let height = (pooling.pool.out_height - 1) * pooling.pool.stride_h + pooling.pool.pool_h
    let width = (pooling.pool.out_width - 1) * pooling.pool.stride_w + pooling.pool.pool_w
    let (rows, columns) = (convolution.geometry.rows.output, convolution.geometry.columns.output)
    guard height <= rows, width <= columns, height < rows || width < columns else { return false }
    convolution.geometry.rows.output = height
    convolution.geometry.columns.output = width
    pooling.pool.height = height
    pooling.pool.width = width
    graph.resizeOutput(of: place, to: height * width * convolution.geometry.filters)
    return true
  }
}

/// Applies dropout in the max pooling before it: the argmax codes can also mark dropped elements.
enum FuseDropoutIntoMaxPooling: Rewrite {
  static let name = "dropout into max pooling"

  static func apply(to graph: inout OperationGraph, at place: Int, _ options: PlanOptions) -> Bool {
    guard let dropout = graph[place] as? DropoutOperation,
      let pooling = graph.producer(of: place)?.operation as? MaxPoolingOperation, pooling.hasByteCodes, pooling.dropout == nil
    else { return false }
    pooling.dropout = dropout.settings
    graph.remove(place)
    return true
  }
}

/// The backward pass of a dense layer need not multiply the gradients that dropout sets to zero.
enum MarkDroppedDense: Rewrite {
  static let name = "dropout known to the dense layer before it"

  static func apply(to graph: inout OperationGraph, at place: Int, _ options: PlanOptions) -> Bool {
    guard let dense = graph[place] as? DenseOperation, graph.reader(of: place)?.operation is DropoutOperation else {
      return false
    }
    dense.outputIsDropped = true
    return true
  }
}

/// Sums the gradient of a convolution's bias in the max pooling behind it: on its outputs, which have fewer elements. The sums
/// have the same terms in another order.
enum SumBiasInMaxPooling: Rewrite {
  static let name = "bias gradient summed in max pooling"
  static let keepsBits = false

  static func apply(to graph: inout OperationGraph, at place: Int, _ options: PlanOptions) -> Bool {
    guard let convolution = graph[place] as? ConvolutionOperation, !convolution.fusesRelu, !convolution.values.isFrozen,
      let pooling = graph.reader(of: place)?.operation as? MaxPoolingOperation
    else { return false }
    (pooling.sumsBiasOf, pooling.weightsBefore) = (convolution.bias, convolution.weightSpan)
    convolution.ownsBiasGradient = false
    return true
  }
}
