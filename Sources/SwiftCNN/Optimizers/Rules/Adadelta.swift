extension Optimizer {
  /// Steps as long as the running root mean square of the steps before (Zeiler 2012, where the learning rate is 1).
  ///
  /// `learningRate`, `weightDecay`, `clipping` and `average` are the optimizer's properties of these names.
  /// - Parameters:
  ///   - rho: share of the running means that a step keeps, in [0, 1).
  ///   - epsilon: keeps the division away from 0; at least 0.
  public static func adadelta(
    learningRate: LearningRate = 0.001, rho: Double = 0.95, epsilon: Double = 1e-7,
    weightDecay: Double? = nil, clipping: GradientClipping? = nil, average: WeightAverage? = nil
  ) -> Optimizer {
    Optimizer(
      Adadelta(rho: rho, epsilon: epsilon), learningRate: learningRate, weightDecay: weightDecay, clipping: clipping,
      average: average)
  }
}

/// Zeiler 2012: steps as long as the running root mean square of the steps before.
struct Adadelta: UpdateRule {
  var rho: Double
  var epsilon: Double

  static let className = "Adadelta"
  static let summary =
    "Steps as long as the running root mean square of the steps before (Zeiler, 2012). The paper's learning rate is 1."
  static var settings: [Setting<Adadelta>] {
    [
      Setting("rho", \.rho, .fraction, doc: "share of the running means that is kept."),
      Setting("epsilon", \.epsilon, .notNegative, doc: "keeps the division away from 0."),
    ]
  }

  var slots: [String] { ["accumulated_grad", "accumulated_delta_var"] }

  func update(_ step: UpdateStep) {
    let epsilon = Float(epsilon)
    let (kept, new) = (Float(rho), Float(1 - rho))
    step.forEachVector { i, weight, gradient in
      let squares = kept * step.load(step.slots[0], i) + new * (gradient * gradient)
      step.store(squares, step.slots[0], i)
      let steps = step.load(step.slots[1], i)
      let change = (steps + epsilon).squareRoot() * gradient / (squares + epsilon).squareRoot()
      step.store(kept * steps + new * (change * change), step.slots[1], i)
      return weight - Float(step.rate) * change
    }
  }
}
