/// A sum for code without a kernel of its own, in the order that kernels.h defines: sixteen lanes, lane = index mod 16, folded
/// 8+8, 4+4, 2+2, 1+1.
@inline(__always)
func laneSum(_ count: Int, _ term: (Int) -> Float) -> Float {
  var lanes = SIMD16<Float>()
  let whole = count / 16 * 16
  for start in stride(from: 0, to: whole, by: 16) {
    var terms = SIMD16<Float>()
    for lane in 0..<16 { terms[lane] = term(start + lane) }
    lanes += terms
  }
  for i in whole..<count { lanes[i - whole] += term(i) }
  let eight = lanes.lowHalf + lanes.highHalf
  let four = eight.lowHalf + eight.highHalf
  let two = four.lowHalf + four.highHalf
  return two.x + two.y
}
