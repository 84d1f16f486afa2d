import CKernels

/// The state of one weight, in Double.
struct Weight {
  var w, g, a, b, c: Double
}

extension KernelCase {
  static let optimizers = [
    KernelCase(name: "sgd") {
      sizes.map { n in
        step(n, "", [0]) {
          $0.w += -0.01 * $0.w - 0.1 * $0.g
        } run: {
          $0.sgd($1.floats(0), $1.floats(1), n, 0.1, 0.01)
        }
      }
    },
    KernelCase(name: "sgd_momentum") {
      sizes.flatMap { n in [false, true].map { momentum(n, nesterov: $0) } }
    },
    KernelCase(name: "adam") { sizes.flatMap { n in [0, 0.01].map { adam(n, decay: $0) } } },
    KernelCase(name: "rmsprop") {
      sizes.flatMap { n in
        [(false, false), (true, false), (false, true), (true, true)].map {
          rmsprop(n, centered: $0, hasMomentum: $1)
        }
      }
    },
  ]

  /// One update of n weights with a gradient and three state buffers, of which those in `written` change.
  private static func step(
    _ n: Int, _ label: String, _ written: [Int], _ reference: (inout Weight) -> Void,
    run: @escaping (KernelTable, Arguments) -> Void
  ) -> Problem {
    let (w, g, a) = (
      Numbers.floats(n, seed: 1), Numbers.floats(n, seed: 2), Numbers.floats(n, 0.1...2, seed: 3)
    )
    let (b, c) = (Numbers.floats(n, 0.1...0.3, seed: 4), Numbers.floats(n, seed: 5))
    let after = (0..<n).map { i in
      var weight = Weight(
        w: Double(w[i]), g: Double(g[i]), a: Double(a[i]), b: Double(b[i]), c: Double(c[i]))
      reference(&weight)
      return [weight.w, weight.g, weight.a, weight.b, weight.c]
    }
    return Problem(
      label: "n \(n)\(label)",
      operands: [.floats(w), .floats(g), .floats(a), .floats(b), .floats(c)],
      expected: Dictionary(
        uniqueKeysWithValues: written.map { place in (place, after.map { $0[place] }) }),
      tolerance: Tolerance(relative: 1e-6, absolute: 1e-6), call: run)
  }

  private static func momentum(_ n: Int, nesterov: Bool) -> Problem {
    step(n, ", nesterov \(nesterov)", [0, 2]) {
      $0.a = 0.9 * $0.a - 0.1 * $0.g
      $0.w += -0.01 * $0.w + (nesterov ? 0.9 * $0.a - 0.1 * $0.g : $0.a)
    } run: {
      $0.sgd_momentum($1.floats(0), $1.floats(1), $1.floats(2), n, 0.1, 0.9, nesterov ? 1 : 0, 0.01)
    }
  }

  private static func adam(_ n: Int, decay: Double) -> Problem {
    step(n, ", decay \(decay)", [0, 2, 3]) {
      $0.a += ($0.g - $0.a) * (1 - 0.9)
      $0.b += ($0.g * $0.g - $0.b) * (1 - 0.999)
      $0.w += -decay * $0.w - 0.02 * $0.a / ($0.b.squareRoot() + 1e-3)
    } run: {
      $0.adam(
        $1.floats(0), $1.floats(1), $1.floats(2), $1.floats(3), n, 0.02, 0.9, 0.999, 1e-3,
        Float(decay))
    }
  }

  private static func rmsprop(_ n: Int, centered: Bool, hasMomentum: Bool) -> Problem {
    step(
      n, ", centered \(centered), momentum \(hasMomentum)",
      [0, 2] + (centered ? [3] : []) + (hasMomentum ? [4] : [])
    ) {
      $0.a = 0.9 * $0.a + (1 - 0.9) * $0.g * $0.g
      if centered { $0.b = 0.9 * $0.b + (1 - 0.9) * $0.g }
      let variance = $0.a - (centered ? $0.b * $0.b : 0)
      let move = 0.02 * $0.g / (variance + 1e-3).squareRoot()
      if hasMomentum { $0.c = 0.8 * $0.c + move }
      $0.w += -0.01 * $0.w - (hasMomentum ? $0.c : move)
    } run: {
      $0.rmsprop(
        $1.floats(0), $1.floats(1), $1.floats(2), centered ? $1.floats(3) : nil,
        hasMomentum ? $1.floats(4) : nil, n, 0.02,
        0.9, hasMomentum ? 0.8 : 0, 1e-3, 0.01)
    }
  }
}
