/// Uses Winograd's algorithm for a convolution if it takes fewer products. The result is rounded differently.
enum UseWinograd: Rewrite {
  static let name = "Winograd convolution"
  static let keepsBits = false

  static func apply(to graph: inout OperationGraph, at place: Int, _ options: PlanOptions) -> Bool {
    guard options.allowsWinograd, let direct = graph[place] as? ConvolutionOperation,
      let tiling = ConvolutionPlanner.winograd(direct.geometry)
    else { return false }
    graph.replace(place, by: WinogradOperation(direct, tiling))
    return true
  }
}

/// In training, joins a convolution and the max pooling behind it into one operation, if the gradient of the convolution's output
/// would be mostly zeros. Its sums then have fewer terms.
enum JoinConvolutionAndMaxPooling: Rewrite {
  static let name = "convolution joined with max pooling"
  static let keepsBits = false

  static func apply(to graph: inout OperationGraph, at place: Int, _ options: PlanOptions) -> Bool {
    guard options.allowsWinograd, options.training, let convolution = graph[place] as? any PoolableConvolution,
      let next = graph.reader(of: place), let pooling = next.operation as? MaxPoolingOperation,
      ConvolutionPlanner.prefersArgmaxLists(convolution.direct.geometry, pooling.pool)
    else { return false }
    graph.join(place, next.place, by: PooledConvolutionOperation(convolution, convolution.direct, pooling))
    return true
  }
}

/// A convolution by any algorithm, together with its direct form.
protocol PoolableConvolution: Operation {
  var direct: ConvolutionOperation { get }
}

extension ConvolutionOperation: PoolableConvolution {
  var direct: ConvolutionOperation { self }
}
extension WinogradOperation: PoolableConvolution {}
