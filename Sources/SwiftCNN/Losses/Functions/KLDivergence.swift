extension Loss {
  /// Kullback-Leibler divergence, Σ label · ln(label / prediction) of probabilities, each cut to 1e-7…1.
  public static let klDivergence = Loss(KLDivergence())
}

struct KLDivergence: RowLossFunction {
  static let className = "KLDivergence"
  static let summary =
    "Kullback-Leibler divergence, Σ label · ln(label / prediction) of probabilities, each cut to at least 1e-7."
  static let isOfRows = true
  static let metricNames: (className: String, name: String)? = (className, "kl_divergence")

  func loss(_ p: [Double], _ t: [Double], areLogits: Bool, _ slopes: inout [Double]) -> Double {
    total(p, t, &slopes) { p, t in
      let (q, target) = (min(max(p, Self.epsilon), 1), min(max(t, Self.epsilon), 1))
      return (target * (PortableMath.log(target) - PortableMath.log(q)), q == p ? -target / q : 0)
    }
  }
}
