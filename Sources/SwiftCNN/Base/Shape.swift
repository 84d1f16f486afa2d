/// Arithmetic on sizes from a user or a file. Every product is checked, so that none can trap.
enum Shape {
  /// The number of elements in a tensor with these sizes. Throws if it is more than memory can hold.
  static func count(_ sizes: [Int], of what: @autoclosure () -> String) throws(SwiftCNNError) -> Int {
    var product = 1
    for size in sizes {
      // Sizes of 0 are skipped, so that the product of the others is checked too: code also multiplies parts of an empty shape.
      let (next, overflow) = product.multipliedReportingOverflow(by: max(size, 1))
      guard !overflow, size >= 0, next <= largestCount else {
        throw .invalidValue("\(what()) has the shape \(text(sizes)), more elements than memory can hold; use smaller sizes")
      }
      product = next
    }
    return sizes.contains(0) ? 0 : product
  }

  /// 2^48 bytes of float32, which is the size of the address space.
  private static let largestCount = 1 << 46

  /// "(28, 28, 1)", as Python writes it.
  static func text(_ sizes: [Int]) -> String {
    sizes.count == 1 ? "(\(sizes[0]),)" : "(" + sizes.map(String.init).joined(separator: ", ") + ")"
  }

  /// The same for a batch: "(None, 28, 28, 1)".
  static func batchText(_ sizes: [Int]) -> String {
    "(" + (["None"] + sizes.map(String.init)).joined(separator: ", ") + ")"
  }
}

extension Int {
  /// The next multiple of `step`.
  func rounded(upTo step: Int) -> Int { dividedUp(by: step) * step }
  /// The quotient, rounded up.
  func dividedUp(by divisor: Int) -> Int { (self + divisor - 1) / divisor }
}
