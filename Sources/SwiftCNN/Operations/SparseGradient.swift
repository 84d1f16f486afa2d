import CKernels

/// The gradient of a dense layer's outputs, where relu or dropout stopped most of it, as lists of the rest: for some rows of
/// images, by row and by unit.
struct SparseGradient {
  let byRow: KernelLists
  let byUnit: KernelLists

  /// As many rows as leave the part of their inputs that `byUnit` is multiplied with in the first-level cache.
  static let mostRows = 128
  /// The share of the gradient that lists may be long. Beyond, they gain little over the whole product.
  private static let mostShare = 0.5
  private static let listsAtOnce = 16

  /// Elements of memory for the lists.
  static func elements(units: Int) -> Int {
    KernelLists.elements(mostRows, slots: mostRows * units) + KernelLists.elements(units, slots: mostRows * units)
  }

  /// What the lists are to be multiplied with: places and offsets are multiples of these.
  struct Steps {
    /// From the sums of a row to the next; from the weights of a unit to the next.
    let row: (place: Int, offset: Int)
    /// From the sums of a unit to the next; from the inputs of a row to the next.
    let unit: (place: Int, offset: Int)
  }

  /// nil if too much of the gradient, [rows][units], is left.
  init?(
    _ call: OperationCall, _ gradient: UnsafePointer<Float>, rows: Int, units: Int, _ steps: Steps,
    in memory: UnsafeMutablePointer<Float>
  ) {
    byRow = KernelLists(rows, slots: rows * units, in: memory)
    byUnit = KernelLists(
      units, slots: rows * units, in: memory + KernelLists.elements(Self.mostRows, slots: Self.mostRows * units))
    Self.list(
      KernelNonzeros(
        x: gradient, items: units, list_step: units, item_step: 1, place_step: steps.row.place, offset_step: steps.row.offset),
      rows, in: byRow, call)
    let left = (0..<rows).reduce(0) { $0 + Int(byRow.end[$1] - byRow.first[$1]) }
    if Double(left) > Self.mostShare * Double(rows * units) { return nil }
    Self.list(
      KernelNonzeros(
        x: gradient, items: rows, list_step: 1, item_step: units, place_step: steps.unit.place, offset_step: steps.unit.offset),
      units, in: byUnit, call)
  }

  private static func list(_ matrix: KernelNonzeros, _ count: Int, in lists: KernelLists, _ call: OperationCall) {
    parallel(over: count, by: listsAtOnce, limit: call.threads, work: count * matrix.items * Worth.element) { range in
      withUnsafePointer(to: matrix) { matrix in
        withUnsafePointer(to: lists) { call.kernels.nonzeros(matrix, range.lowerBound, range.upperBound, $0) }
      }
    }
  }
}

extension KernelLists {
  /// Elements of memory for some lists and their slots.
  static func elements(_ lists: Int, slots: Int) -> Int { 3 * lists + 2 * slots }

  init(_ lists: Int, slots: Int, in memory: UnsafeMutablePointer<Float>) {
    let words = UnsafeMutableRawPointer(memory).assumingMemoryBound(to: Int32.self)
    self.init(
      first: words, end: words + lists, place: words + 2 * lists, offset: words + 3 * lists, value: memory + 3 * lists + slots)
  }

  /// The lists from `number` on.
  func dropping(_ number: Int) -> KernelLists {
    KernelLists(first: first + number, end: end + number, place: place + number, offset: offset, value: value)
  }
}
