/// The tensors of an operation (the numbers of its values, and their elements per image), and the requirements of its place in
/// the model. These stay the same if another algorithm replaces the operation.
struct OperationValues {
  /// Index of the layer that the operation computes, and the number of the layer's calls before this one.
  let layer: Int
  let call: Int
  /// Most operations read one value and make one value.
  var inputs: [Int]
  var outputs: [Int]
  /// Elements of the first input and the first output.
  var inputElements: Int
  var outputElements: Int
  /// Whether the weights do not learn.
  var isFrozen = false
  /// A normalization to fold into the weights.
  var fold: FoldedOperation.Fold?
  /// The strides of tensors that lie in the rows of other tensors. `inputStrides` is empty or has an entry for each input.
  var inputStrides: [Strides?] = []
  var outputStrides: Strides?
  /// Whether the first input is an input of the model. Its memory belongs to the caller and may end where the tensor ends.
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
  /// Elements from one image of the first input, or output, to the next.
  var inputStep: Int { firstInputStrides?.image ?? inputElements }
  var outputStep: Int { outputStrides?.image ?? outputElements }
}

/// The strides of a tensor with rows that are parts of another tensor's rows, like an input inside the output of a concatenation:
/// elements from one row to the next, and from one image to the next.
struct Strides {
  let row: Int
  let image: Int
}
