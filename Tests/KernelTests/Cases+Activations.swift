import CKernels
import Glibc

/// An activation in Double, from its definition.
struct ActivationReference: Sendable {
  let kind: Int32
  let parameter: Float
  let value: @Sendable (Double) -> Double

  static let all = [
    ActivationReference(kind: Int32(KERNEL_LINEAR), parameter: 0) { $0 },
    ActivationReference(kind: Int32(KERNEL_RELU), parameter: 0) { max(0, $0) },
    ActivationReference(kind: Int32(KERNEL_SIGMOID), parameter: 0) { 1 / (1 + exp(-$0)) },
    ActivationReference(kind: Int32(KERNEL_TANH), parameter: 0) { tanh($0) },
    ActivationReference(kind: Int32(KERNEL_LEAKY_RELU), parameter: 0.25) {
      $0 > 0 ? $0 : 0.25 * $0
    },
    ActivationReference(kind: Int32(KERNEL_ELU), parameter: 1.5) { $0 > 0 ? $0 : 1.5 * expm1($0) },
    ActivationReference(kind: Int32(KERNEL_GELU), parameter: 0) {
      0.5 * $0 * (1 + erf($0 / 2.0.squareRoot()))
    },
    ActivationReference(kind: Int32(KERNEL_CLIPPED_RELU), parameter: 0.75) { min(max(0, $0), 0.75) },
    ActivationReference(kind: Int32(KERNEL_SILU), parameter: 0) { $0 / (1 + exp(-$0)) },
    ActivationReference(kind: Int32(KERNEL_SELU), parameter: 0) {
      1.0507009873554805 * ($0 > 0 ? $0 : 1.6732632423543772 * expm1($0))
    },
    ActivationReference(kind: Int32(KERNEL_SOFTPLUS), parameter: 0) { log1p(exp($0)) },
    ActivationReference(kind: Int32(KERNEL_SOFTSIGN), parameter: 0) { $0 / (1 + abs($0)) },
    ActivationReference(kind: Int32(KERNEL_EXPONENTIAL), parameter: 0) { exp($0) },
    ActivationReference(kind: Int32(KERNEL_HARD_SIGMOID), parameter: 0) { min(max(0, $0 / 6 + 0.5), 1) },
    ActivationReference(kind: Int32(KERNEL_HARD_SILU), parameter: 0) { $0 * min(max(0, $0 / 6 + 0.5), 1) },
    ActivationReference(kind: Int32(KERNEL_HARD_TANH), parameter: 0) { min(max(-1, $0), 1) },
    ActivationReference(kind: Int32(KERNEL_MISH), parameter: 0) { $0 * tanh(log1p(exp($0))) },
    ActivationReference(kind: Int32(KERNEL_LOG_SIGMOID), parameter: 0) { -log1p(exp(-$0)) },
  ]

  /// Whether the kernel of the gradient takes x, and not y.
  var readsX: Bool { [KERNEL_GELU, KERNEL_SILU, KERNEL_HARD_SILU, KERNEL_MISH].contains(Int(kind)) }
}

extension KernelCase {
  static let activations = [
    KernelCase(name: "activate") {
      ActivationReference.all.flatMap { f in sizes.map { forward(f, $0) } }
    },
    KernelCase(name: "activate_gradient") {
      ActivationReference.all.flatMap { f in sizes.map { backward(f, $0) } }
    },
  ]

  /// None at a kink of one of the functions.
  private static func inputs(_ n: Int) -> [Float] { Numbers.distinct(n, gap: 0.041) }

  private static func forward(_ f: ActivationReference, _ n: Int) -> Problem {
    let x = inputs(n)
    return Problem(
      label: "kind \(f.kind), n \(n)", operands: [.floats(x), .output(n)],
      expected: [1: x.doubles.map(f.value)],
      tolerance: Tolerance(relative: 5e-7, absolute: 2e-7), aliases: [(0, 1)]
    ) { $0.activate(f.kind, f.parameter, $1.floats(0), $1.floats(1), n) }
  }

  /// Of x and y a kernel reads only one; the other is not-a-number here to show it.
  private static func backward(_ f: ActivationReference, _ n: Int) -> Problem {
    let x = inputs(n)
    let dy = Numbers.floats(n, seed: 2)
    let unread = [Float](repeating: .nan, count: n)
    let wanted = zip(x, dy).map { x, dy in
      numericGradient(at: [Double(x)]) { f.value($0[0]) * Double(dy) }[0]
    }
    return Problem(
      label: "kind \(f.kind), n \(n)",
      operands: [
        .floats(f.readsX ? x : unread),
        .floats(f.readsX ? unread : x.map { Float(f.value(Double($0))) }), .floats(dy), .output(n),
      ],
      expected: [3: wanted], tolerance: Tolerance(relative: 1e-5, absolute: 1e-6), aliases: [(2, 3)]
    ) {
      $0.activate_gradient(
        f.kind, f.parameter, $1.floats(0), $1.floats(1), $1.floats(2), $1.floats(3), n)
    }
  }
}
