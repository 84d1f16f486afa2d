/// The conditions that a plan is made for.
struct PlanOptions: Equatable {
  /// The shape of one sample of each input.
  var inputShapes: [[Int]]
  var training: Bool
  /// The behavior of layers in training. Without training, layers behave as for inference.
  var behavior: LayerBehavior
  /// For each output, whether its loss reads the input of the final softmax or sigmoid (the logits).
  var endsInLogits: [Bool]
  /// For each output, whether it has a loss, or gets a gradient by other means.
  var hasLoss: [Bool]
  /// In training, whether the gradients of the model's inputs are needed too.
  var differentiatesInputs = false
  var capacity: Int
  var threads: Int
  /// False if a test or a measurement needs direct convolutions only.
  var allowsWinograd = true
  /// Names of rewrites to omit, for tests.
  var withoutRewrites: Set<String> = []

  /// Whether two plans differ only in the number of images and threads.
  func computesSame(as other: PlanOptions) -> Bool {
    var mine = self
    (mine.capacity, mine.threads) = (other.capacity, other.threads)
    return mine == other
  }
}
