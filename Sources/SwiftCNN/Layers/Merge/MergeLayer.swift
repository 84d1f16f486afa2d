/// A layer that joins several values element by element. Inputs of different shapes are broadcast as in NumPy: shapes are compared
/// from the last axis on, and an axis of size 1, or one that is missing, is repeated. The output has the joint shape.
protocol MergeLayer: CompilableLayer {
  static var combination: Combination { get }
  init(name: String?)
}

/// x0 + x1 + …, element by element.
public struct Add: Layer {
  public var name: String?
  public init(name: String? = nil) { self.name = name }
}

/// x0 - x1, of two inputs.
public struct Subtract: Layer {
  public var name: String?
  public init(name: String? = nil) { self.name = name }
}

/// x0 · x1 · …, element by element.
public struct Multiply: Layer {
  public var name: String?
  public init(name: String? = nil) { self.name = name }
}

/// x0 / x1, of two inputs. What `x / y` makes in Python.
public struct Divide: Layer {
  public var name: String?
  public init(name: String? = nil) { self.name = name }
}

/// The mean of the inputs, element by element.
public struct Average: Layer {
  public var name: String?
  public init(name: String? = nil) { self.name = name }
}

/// The largest of the inputs, element by element. The gradient goes to the first input that has it.
public struct Maximum: Layer {
  public var name: String?
  public init(name: String? = nil) { self.name = name }
}

/// The smallest of the inputs, element by element. The gradient goes to the first input that has it.
public struct Minimum: Layer {
  public var name: String?
  public init(name: String? = nil) { self.name = name }
}

extension Add: MergeLayer {
  static let className = "Add"
  static let stem = "add"
  static let combination = Combination.sum
}

extension Subtract: MergeLayer {
  static let className = "Subtract"
  static let stem = "subtract"
  static let combination = Combination.difference
}

extension Multiply: MergeLayer {
  static let className = "Multiply"
  static let stem = "multiply"
  static let combination = Combination.product
}

extension Divide: MergeLayer {
  static let className = "Divide"
  static let stem = "true_divide"
  static let combination = Combination.quotient
}

extension Average: MergeLayer {
  static let className = "Average"
  static let stem = "average"
  static let combination = Combination.mean
}

extension Maximum: MergeLayer {
  static let className = "Maximum"
  static let stem = "maximum"
  static let combination = Combination.maximum
}

extension Minimum: MergeLayer {
  static let className = "Minimum"
  static let stem = "minimum"
  static let combination = Combination.minimum
}

extension MergeLayer {
  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly([])
    self.init(name: nil)
  }

  var config: JSON { [:] }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] { try outputShape(forAll: [input]) }

  func outputShape(forAll inputs: [[Int]]) throws(SwiftCNNError) -> [Int] {
    guard !Self.combination.takesTwo || inputs.count == 2 else {
      throw .invalidValue("\(title) takes two inputs, got \(inputs.count)")
    }
    var output = inputs[0]
    for input in inputs.dropFirst() {
      guard let joint = Broadcast.shape(output, input) else {
        throw .invalidValue(
          "\(title) cannot join inputs of the shapes \(inputs.map(Shape.batchText).joined(separator: ", ")): counted from the last "
            + "axis, sizes must be equal or 1; use layers before it that make them so")
      }
      output = joint
    }
    return output
  }
}
