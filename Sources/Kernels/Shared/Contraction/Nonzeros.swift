import CKernels

/// A plain loop, which the compiler vectorizes.
@inline(never)
func countNonzeros(_ x: UnsafePointer<Float>!, _ n: Int) -> Int {
  let x = x!
  var zeros: Int = 0
  var i = 0
  while i < n {
    zeros &+= isZero(x[i]) ? 1 : 0
    i &+= 1
  }
  return n &- zeros
}

/// Lists of the elements that are not zero. No branch depends on an element: a zero is written too, and the next item overwrites
/// it.
@inline(never)
func nonzeros(_ matrix: UnsafePointer<KernelNonzeros>?, _ first: Int, _ end: Int, _ lists: UnsafePointer<KernelLists>?) {
  let m = matrix.unsafelyUnwrapped.pointee
  let l = lists.unsafelyUnwrapped.pointee
  var list = first
  while list < end {
    let start = list &* m.items
    l.first[list] = Int32(truncatingIfNeeded: start)
    l.place[list] = Int32(truncatingIfNeeded: list &* m.place_step)
    var slot = start
    var offset: Int32 = 0
    var element = m.x.unsafelyUnwrapped + list &* m.list_step
    for _ in 0..<m.items {
      let value = element.pointee
      l.offset[slot] = offset
      l.value[slot] = value
      slot &+= isZero(value) ? 0 : 1
      offset &+= Int32(truncatingIfNeeded: m.offset_step)
      element += m.item_step
    }
    l.end[list] = Int32(truncatingIfNeeded: slot)
    list &+= 1
  }
}

/// Compares bits: NaN is not zero.
@inline(__always)
private func isZero(_ value: Float) -> Bool { value.bitPattern &<< 1 == 0 }
