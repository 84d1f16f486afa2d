/// An initializer, with a seed of its own if the user gave one.
public struct WeightInitializer: Sendable {
  public var initializer: Initializer
  public var seed: UInt64?

  public init(_ initializer: Initializer, seed: UInt64? = nil) {
    self.initializer = initializer
    self.seed = seed
  }
}
