// The optimizers that few use, with Keras's defaults; the other settings of a step are properties to set.

extension Optimizer {
  public static func adagrad(
    learningRate: LearningRate = 0.001, initialAccumulator: Double = 0.1, epsilon: Double = 1e-7
  ) -> Optimizer {
    Optimizer(.adagrad(initialAccumulator: initialAccumulator, epsilon: epsilon), learningRate: learningRate)
  }

  public static func adadelta(
    learningRate: LearningRate = 0.001, rho: Double = 0.95, epsilon: Double = 1e-7
  ) -> Optimizer {
    Optimizer(.adadelta(rho: rho, epsilon: epsilon), learningRate: learningRate)
  }

  public static func adamax(
    learningRate: LearningRate = 0.001, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7
  ) -> Optimizer {
    Optimizer(.adamax(beta1: beta1, beta2: beta2, epsilon: epsilon), learningRate: learningRate)
  }

  public static func nadam(
    learningRate: LearningRate = 0.001, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7
  ) -> Optimizer {
    Optimizer(.nadam(beta1: beta1, beta2: beta2, epsilon: epsilon), learningRate: learningRate)
  }

  public static func lion(learningRate: LearningRate = 0.001, beta1: Double = 0.9, beta2: Double = 0.99) -> Optimizer {
    Optimizer(.lion(beta1: beta1, beta2: beta2), learningRate: learningRate)
  }

  public static func ftrl(_ settings: Ftrl = Ftrl(), learningRate: LearningRate = 0.001) -> Optimizer {
    Optimizer(.ftrl(settings), learningRate: learningRate)
  }
}
