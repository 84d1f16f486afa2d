/// In training, sets the fraction `rate` of the elements to zero and scales the others by 1 / (1 - rate).
///
/// Output shape = input shape. Which elements: a function of (seed, layer, step, image, element).
/// Reference: Srivastava et al., JMLR 15 (2014); `rate` is the fraction dropped.
public struct Dropout: Layer {
  public var name: String?
  public var rate: Double

  public init(_ rate: Double, name: String? = nil) {
    self.name = name
    self.rate = rate
  }
}

extension Dropout: CompilableLayer {
  static let className = "Dropout"
  static let stem = "dropout"

  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly(["rate"])
    self.init(try config.number("rate"))
  }

  var config: JSON { ["rate": .number(rate)] }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    guard rate >= 0, rate <= 1 else {
      throw .invalidValue("\(name ?? "Dropout"): rate is the fraction to drop, between 0 and 1; got \(rate)")
    }
    return input
  }

  func weights(for input: [Int]) -> [WeightDeclaration] { [] }

  func lower(into lowering: inout Lowering) {
    guard lowering.isTraining, rate > 0 else { return }
    let (layer, seed) = (lowering.layer, lowering.seed)
    lowering.add(output: lowering.shape) { values, _ in
      DropoutOperation(values, rate: rate, layer: layer, seed: seed)
    }
  }
}
