// Loads and stores of whole vectors and of their first lanes. No pointer needs to be aligned.

@inline(__always)
func load(_ from: UnsafePointer<Float>) -> V { AllLanes().load(from) }

@inline(__always)
func load(half from: UnsafePointer<Float>) -> HalfV { UnsafeRawPointer(from).loadUnaligned(as: HalfV.self) }

@inline(__always)
func load(four from: UnsafePointer<Float>) -> SIMD4<Float> { UnsafeRawPointer(from).loadUnaligned(as: SIMD4<Float>.self) }

@inline(__always)
func store(_ to: UnsafeMutablePointer<Float>, _ v: V) { AllLanes().store(v, to) }

/// Reads the first `count` lanes, 1...15, from memory. The others are zero. They are read in pieces of 8, 4, 2 and 1, so that no
/// byte beside them is touched. They are read from the end: each larger piece moves the lanes already read up to their places.
@inline(__always)
func loadTail(_ from: UnsafePointer<Float>, _ count: Int) -> V {
  let raw = UnsafeRawPointer(from)
  var two = SIMD2<Float>()
  if count & 1 != 0 { two.x = from[count &- 1] }
  var four = SIMD4(lowHalf: two, highHalf: SIMD2())
  if count & 2 != 0 { four = SIMD4(lowHalf: (raw + 4 &* (count & 12)).loadUnaligned(as: SIMD2<Float>.self), highHalf: two) }
  var eight = SIMD8(lowHalf: four, highHalf: SIMD4())
  if count & 4 != 0 { eight = SIMD8(lowHalf: (raw + 4 &* (count & 8)).loadUnaligned(as: SIMD4<Float>.self), highHalf: four) }
  if count & 8 == 0 { return V(lowHalf: eight, highHalf: SIMD8()) }
  return V(lowHalf: raw.loadUnaligned(as: SIMD8<Float>.self), highHalf: eight)
}

/// Writes the first `count` lanes, 1...15, in the same pieces.
@inline(__always)
func storeTail(_ to: UnsafeMutablePointer<Float>, _ v: V, _ count: Int) {
  var place = UnsafeMutableRawPointer(to)
  var eight = v.lowHalf
  if count & 8 != 0 {
    place.storeBytes(of: eight, as: SIMD8<Float>.self)
    place += 32
    eight = v.highHalf
  }
  var four = eight.lowHalf
  if count & 4 != 0 {
    place.storeBytes(of: four, as: SIMD4<Float>.self)
    place += 16
    four = eight.highHalf
  }
  var two = four.lowHalf
  if count & 2 != 0 {
    place.storeBytes(of: two, as: SIMD2<Float>.self)
    place += 8
    two = four.highHalf
  }
  if count & 1 != 0 { place.storeBytes(of: two.x, as: Float.self) }
}
