// The matrices of F(2, 3) and their transposes, applied to vectors of channels. A two-dimensional transform applies
// one to the rows and then to the columns.

typealias Three = InlineArray<3, V>
typealias Four = InlineArray<4, V>
typealias Two = InlineArray<2, V>

/// B' d
@inline(__always)
func inputTransform(_ d: Four) -> Four { [d[0] - d[2], d[1] + d[2], d[2] - d[1], d[1] - d[3]] }

/// B v
@inline(__always)
func inputAdjoint(_ v: Four) -> Four { [v[0], v[1] - v[2] + v[3], v[1] + v[2] - v[0], splat(0) - v[3]] }

/// A' m
@inline(__always)
func outputTransform(_ m: Four) -> Two { [m[0] + m[1] + m[2], m[1] - m[2] - m[3]] }

/// A y
@inline(__always)
func outputAdjoint(_ y: Two) -> Four { [y[0], y[0] + y[1], y[0] - y[1], splat(0) - y[1]] }

/// G k
@inline(__always)
func kernelTransform(_ k: Three) -> Four {
  let ends = (k[0] + k[2]) * splat(0.5)
  let middle = k[1] * splat(0.5)
  return [k[0], ends + middle, ends - middle, k[2]]
}

/// G' u
@inline(__always)
func kernelAdjoint(_ u: Four) -> Three {
  let sum = (u[1] + u[2]) * splat(0.5)
  return [u[0] + sum, (u[1] - u[2]) * splat(0.5), sum + u[3]]
}
