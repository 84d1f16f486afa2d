import CKernels

/// Removes a ReLU behind a ReLU: max(0, max(0, a)) = max(0, a), gradients included.
enum DropRepeatedReLU: Rewrite {
  static let name = "repeated ReLU"

  static func apply(to graph: inout OperationGraph, at place: Int, _ options: PlanOptions) -> Bool {
    guard isReLU(graph[place]), isReLU(graph.producer(of: place)?.operation) else { return false }
    graph.remove(place)
    return true
  }
}

/// Moves ReLU behind a max pooling, where it has fewer elements: max(0, max(a, b)) = max(max(0, a), max(0, b)). The gradients are
/// the same too.
enum MoveReLUBehindMaxPooling: Rewrite {
  static let name = "ReLU into max pooling"

  static func apply(to graph: inout OperationGraph, at place: Int, _ options: PlanOptions) -> Bool {
    guard isReLU(graph[place]), let pooling = graph.reader(of: place)?.operation as? MaxPoolingOperation else { return false }
    pooling.fusesRelu = true
    graph.remove(place)
    return true
  }
}

/// Applies ReLU in the last pass over the output of the operation before it.
enum FuseReLU: Rewrite {
  static let name = "ReLU into the operation before it"

  static func apply(to graph: inout OperationGraph, at place: Int, _ options: PlanOptions) -> Bool {
    guard isReLU(graph[place]), let operation = graph.producer(of: place)?.operation as? any ReLUFusingOperation else {
      return false
    }
    operation.fusesRelu = true
    graph.remove(place)
    return true
  }
}

/// An operation that can apply ReLU to its output.
protocol ReLUFusingOperation: Operation {
  var fusesRelu: Bool { get set }
}

extension ConvolutionOperation: ReLUFusingOperation {}
extension DepthwiseOperation: ReLUFusingOperation {}
extension GroupedOperation: ReLUFusingOperation {}
extension DenseOperation: ReLUFusingOperation {}
extension NormalizationOperation: ReLUFusingOperation {}
extension CombinationOperation: ReLUFusingOperation {}

private func isReLU(_ operation: (any Operation)?) -> Bool {
  (operation as? ActivationOperation)?.code == Int32(KERNEL_RELU)
}
