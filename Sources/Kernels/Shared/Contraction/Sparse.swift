import CKernels

// The contraction of a few scattered terms. For each list, a block of sums stays in registers while its items are added. Rows of
// the block are the outer loop, so that one row of `b` at a time is in the first-level cache.

#if KERNELS_AVX512
  /// Vectors of sums that fit in the registers, beside a broadcast value.
  private let mostVectors = 12
#elseif KERNELS_AVX2
  private let mostVectors = 6
#else
  private let mostVectors = 2
#endif

@inline(never)
func sparseSums(_ sparse: UnsafePointer<KernelSparse>?) {
  let s = sparse.unsafelyUnwrapped
  let vectors = s.pointee.columns / 16
  if vectors == 1 { return overRows(s) }
  var row = 0
  while row < s.pointee.rows {
    if vectors <= mostVectors {
      overColumns(s, 0, s.pointee.count, row, 0, vectors)
    } else {
      // A list is finished before the next one starts. Their sums may overlap, so the order must not depend on the registers.
      var list = 0
      while list < s.pointee.count {
        inBlocks(s, list, row, vectors)
        list &+= 1
      }
    }
    row &+= 1
  }
}

@inline(__always)
private func inBlocks(_ s: UnsafePointer<KernelSparse>, _ list: Int, _ row: Int, _ vectors: Int) {
  var first = 0
  var blocks = (vectors &+ mostVectors &- 1) / mostVectors
  while blocks > 0 {
    let count = (vectors &- first &+ blocks &- 1) / blocks
    overColumns(s, list, list &+ 1, row, first, count)
    first &+= count
    blocks &-= 1
  }
}

/// Processes several short rows at once, because one addition must wait for another.
@inline(__always)
private func overRows(_ s: UnsafePointer<KernelSparse>) {
  var row = 0
  while row < s.pointee.rows {
    let count = min(s.pointee.rows &- row, min(5, mostVectors))
    switch count {
    case 1: SparseBlock<1, 1>.run(s, 0, s.pointee.count, row, 0)
    case 2: SparseBlock<2, 1>.run(s, 0, s.pointee.count, row, 0)
    #if KERNELS_AVX2 || KERNELS_AVX512
      case 3: SparseBlock<3, 1>.run(s, 0, s.pointee.count, row, 0)
      case 4: SparseBlock<4, 1>.run(s, 0, s.pointee.count, row, 0)
      case 5: SparseBlock<5, 1>.run(s, 0, s.pointee.count, row, 0)
    #endif
    default: break
    }
    row &+= count
  }
}

/// Processes lists `first` to `end` - 1.
@inline(__always)
private func overColumns(
  _ s: UnsafePointer<KernelSparse>, _ first: Int, _ end: Int, _ row: Int, _ vector: Int, _ count: Int
) {
  switch count {
  case 1: SparseBlock<1, 1>.run(s, first, end, row, vector)
  case 2: SparseBlock<1, 2>.run(s, first, end, row, vector)
  #if KERNELS_AVX2 || KERNELS_AVX512
    case 3: SparseBlock<1, 3>.run(s, first, end, row, vector)
    case 4: SparseBlock<1, 4>.run(s, first, end, row, vector)
    case 5: SparseBlock<1, 5>.run(s, first, end, row, vector)
    case 6: SparseBlock<1, 6>.run(s, first, end, row, vector)
  #endif
  #if KERNELS_AVX512
    case 7: SparseBlock<1, 7>.run(s, first, end, row, vector)
    case 8: SparseBlock<1, 8>.run(s, first, end, row, vector)
    case 9: SparseBlock<1, 9>.run(s, first, end, row, vector)
    case 10: SparseBlock<1, 10>.run(s, first, end, row, vector)
    case 11: SparseBlock<1, 11>.run(s, first, end, row, vector)
    case 12: SparseBlock<1, 12>.run(s, first, end, row, vector)
  #endif
  default: break
  }
}

/// R rows x N vectors of sums, kept in registers.
private enum SparseBlock<let R: Int, let N: Int> {
  typealias Sums = InlineArray<R, InlineArray<N, V>>

  @inline(never)
  static func run(_ sparse: UnsafePointer<KernelSparse>, _ firstList: Int, _ endList: Int, _ row: Int, _ vector: Int) {
    let s = sparse.pointee
    let lists = s.lists.pointee
    let b = s.b.unsafelyUnwrapped + (row &* s.b_row &+ vector &* 16)
    let target = s.c.unsafelyUnwrapped + (row &* s.c_row &+ vector &* 16)
    var list = firstList
    while list < endList {
      let first = Int(lists.first[list])
      let end = Int(lists.end[list])
      if first < end || s.accumulate == 0 { add(s, lists, first, end, b, target + Int(lists.place[list])) }
      list &+= 1
    }
  }

  @inline(__always)
  private static func add(
    _ s: KernelSparse, _ lists: KernelLists, _ first: Int, _ end: Int, _ b: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>
  ) {
    var sums = Sums(repeating: InlineArray<N, V>(repeating: V(repeating: 0)))
    if s.accumulate != 0 {
      for m in 0..<R { for n in 0..<N { sums[m][n] = load(c + (m &* s.c_row &+ n &* 16)) } }
    }
    var item = first
    while item < end {
      let value = V(repeating: lists.value[item])
      let p = b + Int(lists.offset[item])
      for m in 0..<R { for n in 0..<N { sums[m][n] = fma(sums[m][n], value, load(p + (m &* s.b_row &+ n &* 16))) } }
      item &+= 1
    }
    for m in 0..<R { for n in 0..<N { store(c + (m &* s.c_row &+ n &* 16), sums[m][n]) } }
  }
}
