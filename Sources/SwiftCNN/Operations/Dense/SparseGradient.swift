import CKernels

/// The gradient of a dense layer's outputs, where relu or dropout stopped most of it, as lists of the rest: for some rows of
/// images, by row and by unit.
struct SparseGradient {
  let byRow: KernelLists
  let byUnit: KernelLists

  /// As many rows as leave the part of their inputs that `byUnit` is multiplied with in the first-level cache.
  static let mostRows = 128
  /// Lists gain nothing where more of the gradient is left.
  private static let mostShare = 0.4
  private static let listsAtOnce = 16

  /// Elements of memory for the lists.
  static func elements(units: Int) -> Int {
    KernelLists.elements(mostRows, slots: mostRows * units) + KernelLists.elements(units, slots: mostRows * units)
  }

  /// From one list's sums to the next, and from one item's part of the other factor to the next.
  struct Steps {
    let place: Int
    let offset: Int
  }

  /// nil if too much of the gradient, [rows][units], is left. Of a layer whose weights do not learn, or whose input needs no
  /// gradient, `byUnit` or `byRow` stays unmade.
  init?(
    _ call: OperationCall, _ gradient: UnsafePointer<Float>, rows: Int, units: Int, row: Steps, unit: Steps,
    in memory: UnsafeMutablePointer<Float>
  ) {
    let left = call.kernels.count_nonzeros(gradient, rows * units)
    if Double(left) > Self.mostShare * Double(rows * units) { return nil }
    byRow = KernelLists(rows, slots: rows * units, in: memory)
    byUnit = KernelLists(
      units, slots: rows * units, in: memory + KernelLists.elements(Self.mostRows, slots: Self.mostRows * units))
    if call.inputGradient != nil {
      let matrix = KernelNonzeros(
        x: gradient, items: units, list_step: units, item_step: 1, place_step: row.place, offset_step: row.offset)
      Self.list(matrix, rows, in: byRow, call)
    }
    if call.weightGradients != nil {
      let matrix = KernelNonzeros(
        x: gradient, items: rows, list_step: 1, item_step: units, place_step: unit.place, offset_step: unit.offset)
      Self.list(matrix, units, in: byUnit, call)
    }
  }

  private static func list(_ matrix: KernelNonzeros, _ count: Int, in lists: KernelLists, _ call: OperationCall) {
    parallel(over: count, by: listsAtOnce, limit: call.threads, work: count * matrix.items * ParallelThreshold.element) { range in
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
