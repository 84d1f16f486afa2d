/// The losses that few use, of rows of outputs p and targets t.
public enum RareLoss: Sendable, Equatable {
  /// Mean of |p - t|.
  case meanAbsoluteError
  /// Mean of 100 |p - t| / |t|.
  case meanAbsolutePercentageError
  /// Mean of (ln(p + 1) - ln(t + 1))².
  case meanSquaredLogarithmicError
  /// Mean of d²/2 for d = |p - t| up to `delta`, from where it goes on as a straight line (Huber 1964).
  case huber(delta: Double = 1)
  /// Mean of ln cosh(p - t).
  case logCosh
  /// Mean of max(1 - p t, 0), t being -1 or 1; where all of a batch are 0 or 1, 0 stands for -1.
  case hinge
  /// Mean of the squares of the same.
  case squaredHinge
  /// max(1 + greatest (1 - t) p - sum of t p, 0).
  case categoricalHinge
  /// Sum of t ln(t / p).
  case klDivergence
  /// Mean of p - t ln p.
  case poisson
  /// Minus the cosine of the angle between p and t.
  case cosineSimilarity
  /// Mean of a cross-entropy that counts less where the answer is right anyway (Lin et al. 2017).
  case binaryFocalCrossentropy(FocalSettings = FocalSettings(), balancesClasses: Bool = false)
  /// Sum of the same over classes.
  case categoricalFocalCrossentropy(FocalSettings = FocalSettings())

  /// How a focal cross-entropy weighs.
  public struct FocalSettings: Sendable, Equatable {
    /// The weight of the answers yes, or of all classes.
    public var alpha: Double
    /// The exponent of what the probability of the right answer lacks to 1.
    public var gamma: Double
    public var fromLogits: Bool
    public var labelSmoothing: Double

    public init(alpha: Double = 0.25, gamma: Double = 2, fromLogits: Bool = false, labelSmoothing: Double = 0) {
      self.alpha = alpha
      self.gamma = gamma
      self.fromLogits = fromLogits
      self.labelSmoothing = labelSmoothing
    }
  }
}

extension RareLoss {
  private var focus: FocalSettings? {
    switch self {
    case .binaryFocalCrossentropy(let focus, _), .categoricalFocalCrossentropy(let focus): focus
    default: nil
    }
  }

  var fromLogits: Bool { focus?.fromLogits ?? false }
  var labelSmoothing: Double { focus?.labelSmoothing ?? 0 }

  func prefersLogits(after activation: ActivationFunction) -> Bool {
    guard let focus, !focus.fromLogits else { return false }
    if case .binaryFocalCrossentropy = self { return activation == .sigmoid }
    return activation == .softmax
  }
}
