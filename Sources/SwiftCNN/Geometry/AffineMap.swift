/// The source of the output pixel (X, Y): x = xx · X + xy · Y + x0, y = yx · X + yy · Y + y0, in pixels.
struct AffineMap {
  var xx: Float = 1
  var xy: Float = 0
  var x0: Float = 0
  var yx: Float = 0
  var yy: Float = 1
  var y0: Float = 0
}
