/// What a plan is made for.
struct PlanOptions: Equatable {
  /// One sample of each input.
  var inputShapes: [[Int]]
  var training: Bool
  /// In training; otherwise layers behave as for inference.
  var behavior: LayerBehavior
  /// For each output, whether its loss wants what comes before the final softmax or sigmoid.
  var endsInLogits: [Bool]
  /// For each output, whether it has a loss, or a gradient by other means.
  var hasLoss: [Bool]
  /// In training, whether the gradients of the model's inputs are wanted too.
  var differentiatesInputs = false
  var capacity: Int
  var threads: Int
  /// False where a test or a measurement wants direct convolutions only.
  var allowsWinograd = true
  /// Names of rewrites to leave out, for tests.
  var withoutRewrites: Set<String> = []

  /// Whether a plan differs in nothing but for how many images and threads it is.
  func computesSame(as other: PlanOptions) -> Bool {
    var mine = self
    (mine.capacity, mine.threads) = (other.capacity, other.threads)
    return mine == other
  }
}
