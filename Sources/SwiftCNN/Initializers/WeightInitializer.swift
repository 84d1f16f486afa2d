/// An initializer, with a seed of its own if the user gave one.
public struct WeightInitializer: Sendable {
  /// How the weight starts.
  public var initializer: Initializer
  /// Seed of this weight's random numbers; nil takes the model's.
  public var seed: UInt64?

  /// An initializer with a seed of its own, or with the model's.
  public init(_ initializer: Initializer, seed: UInt64? = nil) {
    self.initializer = initializer
    self.seed = seed
  }
}
