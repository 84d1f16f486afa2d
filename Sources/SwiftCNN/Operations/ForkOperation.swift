/// Gives each reader of a value a value of its own. In the forward pass all of them are the same tensor. In the backward pass the
/// gradients of the readers are added, in the order of the readers.
final class ForkOperation: Operation {
  var values: OperationValues

  init(_ values: OperationValues) { self.values = values }

  var algorithm: String { "fork" }
  var imagesAtOnce: Int { 0 }
  var work: Int { values.outputs.count * values.inputElements }
  var worksInPlace: Bool { true }
  var isIdentity: Bool { true }

  /// All outputs share the memory of the input.
  func forward(_ call: OperationCall) {}

  func backward(_ call: OperationCall) {
    guard let target = call.inputGradient else { return }
    let count = call.count * values.inputElements
    let gradients = call.outputGradients.compactMap(\.self)
    if let first = gradients.first, first != target { target.update(from: first, count: count) }
    for gradient in gradients.dropFirst() { call.kernels.add_scaled(gradient, 1, target, count) }
  }
}
