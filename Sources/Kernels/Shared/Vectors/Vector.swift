/// Sixteen lanes in every instruction set: one AVX-512 register, two AVX2 registers or four SSE registers. Everywhere, lane =
/// index mod 16, so that a sum has the same bits for any register width.
typealias V = SIMD16<Float>
/// Eight lanes, where sixteen would waste computations.
typealias HalfV = SIMD8<Float>

/// `sum + a * b`, rounded once wherever the instruction set has a fused multiply-add.
@inline(__always)
func fma(_ sum: V, _ a: V, _ b: V) -> V {
  #if KERNELS_AVX2 || KERNELS_AVX512 || arch(arm64)
    sum.addingProduct(a, b)
  #else
    sum + a * b
  #endif
}

@inline(__always)
func fma(_ sum: HalfV, _ a: HalfV, _ b: HalfV) -> HalfV {
  #if KERNELS_AVX2 || KERNELS_AVX512 || arch(arm64)
    sum.addingProduct(a, b)
  #else
    sum + a * b
  #endif
}

@inline(__always)
func splat(_ value: Float) -> V { V(repeating: value) }

@inline(__always)
func bits(_ v: V) -> SIMD16<Int32> { unsafeBitCast(v, to: SIMD16<Int32>.self) }

@inline(__always)
func fromBits(_ bits: SIMD16<Int32>) -> V { unsafeBitCast(bits, to: V.self) }

/// Lane by lane `condition ? a : b`.
@inline(__always)
func choose(_ condition: SIMDMask<SIMD16<Int32>>, _ a: V, _ b: V) -> V { b.replacing(with: a, where: condition) }

/// The larger lanes; `a` where either is not a number.
@inline(__always)
func larger(_ a: V, _ b: V) -> V { choose(b .> a, b, a) }

/// The smaller lanes; `a` where either is not a number.
@inline(__always)
func smaller(_ a: V, _ b: V) -> V { choose(b .< a, b, a) }

@inline(__always)
func magnitude(_ v: V) -> V { fromBits(bits(v) & SIMD16(repeating: 0x7fff_ffff)) }

/// `size` with the sign bit of `sign`; `size` must not be negative.
@inline(__always)
func withSign(of sign: V, _ size: V) -> V {
  fromBits(bits(size) | (bits(sign) & SIMD16(repeating: Int32.min)))
}

/// The lane numbers 0...15.
@inline(__always)
func laneNumbers() -> SIMD16<Int32> { SIMD16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) }

/// The only order in which the engine adds up lanes: 8+8, 4+4, 2+2, 1+1.
@inline(__always)
func horizontalSum(_ v: V) -> Float {
  let eight = v.lowHalf + v.highHalf
  let four = eight.lowHalf + eight.highHalf
  let two = four.lowHalf + four.highHalf
  return two.x + two.y
}

@inline(__always)
func horizontalMaximum(_ v: V) -> Float {
  let eight = v.lowHalf.replacing(with: v.highHalf, where: v.highHalf .> v.lowHalf)
  let four = eight.lowHalf.replacing(with: eight.highHalf, where: eight.highHalf .> eight.lowHalf)
  let two = four.lowHalf.replacing(with: four.highHalf, where: four.highHalf .> four.lowHalf)
  return two.y > two.x ? two.y : two.x
}
