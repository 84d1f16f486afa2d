/// The tensors of an operation: numbers of the plan's values, and elements an image. And what its place in the model asks of it,
/// which stays true if another algorithm takes over.
struct OperationValues {
  /// Index of the layer that it computes, and the layer's calls before this one.
  let layer: Int
  let call: Int
  /// Most operations read one value and make one.
  var inputs: [Int]
  var outputs: [Int]
  /// Of the first input and the first output.
  var inputElements: Int
  var outputElements: Int
  /// The weights are not to learn.
  var isFrozen = false
  /// A normalization to be had by other weights.
  var fold: FoldedOperation.Fold?
  /// Of those of its tensors that lie in the rows of others; none, or one for each input.
  var inputStrides: [Strides?] = []
  var outputStrides: Strides?
  /// The first input is the model's: memory of the caller, which may end where the tensor does.
  var readsModelInput = false

  init(layer: Int, call: Int = 0, inputs: [Int], outputs: [Int], inputElements: Int, outputElements: Int, isFrozen: Bool = false)
  {
    (self.layer, self.call) = (layer, call)
    self.inputs = inputs
    self.outputs = outputs
    self.inputElements = inputElements
    self.outputElements = outputElements
    self.isFrozen = isFrozen
  }

  var firstInputStrides: Strides? { inputStrides.first ?? nil }
  /// From one image of the first input, or output, to the next.
  var inputStep: Int { firstInputStrides?.image ?? inputElements }
  var outputStep: Int { outputStrides?.image ?? outputElements }
}

/// A tensor whose rows are parts of another's, as the inputs of a concatenation are of its output: elements from one row to the
/// next, and from one image to the next.
struct Strides {
  let row: Int
  let image: Int
}
