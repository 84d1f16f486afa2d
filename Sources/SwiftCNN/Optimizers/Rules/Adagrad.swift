extension Optimizer {
  /// Steps divided by the root of the sum of all squared gradients so far (Duchi, Hazan and Singer 2011).
  ///
  /// `learningRate`, `weightDecay`, `clipping` and `average` are the optimizer's properties of these names.
  /// - Parameters:
  ///   - initialAccumulator: the initial value of the sum of squares, at least 0.
  ///   - epsilon: keeps the division away from 0; at least 0.
  public static func adagrad(
    learningRate: LearningRate = 0.001, initialAccumulator: Double = 0.1, epsilon: Double = 1e-7,
    weightDecay: Double? = nil, clipping: GradientClipping? = nil, average: WeightAverage? = nil
  ) -> Optimizer {
    Optimizer(
      Adagrad(initialAccumulator: initialAccumulator, epsilon: epsilon), learningRate: learningRate, weightDecay: weightDecay,
      clipping: clipping,
      average: average)
  }
}

/// Duchi, Hazan and Singer 2011: a = a + g², from `initialAccumulator` on; w -= rate · g / √(a + epsilon).
struct Adagrad: UpdateRule {
  var initialAccumulator: Double
  var epsilon: Double

  static let className = "Adagrad"
  static let summary = "Steps divided by the root of the sum of all squared gradients so far (Duchi et al., 2011)."
  static var settings: [Setting<Adagrad>] {
    [
      Setting(
        "initial_accumulator_value", \.initialAccumulator, .notNegative, doc: "what the sum of squares starts with."),
      Setting("epsilon", \.epsilon, .notNegative, doc: "keeps the division away from 0."),
    ]
  }

  var slots: [String] { ["accumulator"] }

  func initialValue(of slot: String) -> Float { Float(initialAccumulator) }

  func update(_ step: UpdateStep) {
    let epsilon = Float(epsilon)
    step.forEachVector { i, weight, gradient in
      let sum = step.load(step.slots[0], i) + gradient * gradient
      step.store(sum, step.slots[0], i)
      return weight - Float(step.rate) * gradient / (sum + epsilon).squareRoot()
    }
  }
}
