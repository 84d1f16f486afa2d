/// An initializer, with a seed of its own if the user gave one.
public struct WeightInitializer: Sendable {
  /// The rule for the initial values.
  public var initializer: Initializer
  /// The seed of this weight's random numbers; nil uses the model's seed.
  public var seed: UInt64?

  /// An initializer with a seed of its own, or with the model's.
  public init(_ initializer: Initializer, seed: UInt64? = nil) {
    self.initializer = initializer
    self.seed = seed
  }
}
