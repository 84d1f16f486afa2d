import CKernels

/// The gradient of a dense layer's outputs as lists of its nonzeros, if relu or dropout set most of it to zero. The lists are for
/// some rows of images, once by row and once by unit.
struct SparseGradient {
  let byRow: KernelLists
  let byUnit: KernelLists

  /// The number of rows. The part of their inputs that `byUnit` is multiplied with fits in the first-level cache.
  static let mostRows = 128
  /// The largest share of nonzeros. With more, lists save no time.
  private static let mostShare = 0.4
  private static let listsAtOnce = 16

  /// Elements of memory for the lists.
  static func elements(units: Int) -> Int {
    KernelLists.elements(mostRows, slots: mostRows * units) + KernelLists.elements(units, slots: mostRows * units)
  }

  /// The distance from one list's sums to the next, and from one item's part of the other factor to the next.
  struct Steps {
    let place: Int
    let offset: Int
  }

  /// nil if the gradient, [rows][units], has too many nonzeros. `byUnit` is not filled if the layer's weights do not learn;
  /// `byRow` is not filled if its input needs no gradient.
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
