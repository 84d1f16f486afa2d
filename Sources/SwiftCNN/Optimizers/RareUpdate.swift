/// A step of the rules that few use, over `count` elements: loops in the engine, no kernels.
///
/// Ranges of the flat buffers are whole vectors of 16, and the gaps between weights have gradients of 0, which leave them at 0.
/// All of it is compiled once for every processor, so its bits are the same on each.
struct RareUpdate {
  private typealias Vector = SIMD16<Float>

  let w: UnsafeMutablePointer<Float>
  let g: UnsafePointer<Float>
  let slots: [UnsafeMutablePointer<Float>]
  let count: Int
  let rate: Double
  /// The share of every weight that goes first.
  let decay: Float
  /// From 1.
  let step: Int

  func run(_ rule: Optimizer.Rule) {
    switch rule {
    case .adagrad(_, let epsilon): adagrad(Float(epsilon))
    case .adadelta(let rho, let epsilon): adadelta(rho, Float(epsilon))
    case .adamax(let beta1, let beta2, let epsilon): adamax(beta1, Float(beta2), Float(epsilon))
    case .nadam(let beta1, let beta2, let epsilon): nadam(beta1, beta2, Float(epsilon))
    case .lion(let beta1, let beta2): lion(beta1, beta2)
    case .ftrl(let settings): ftrl(settings)
    case .sgd, .adam, .adamW, .rmsprop: preconditionFailure("this rule has a kernel")
    }
  }

  private func adagrad(_ epsilon: Float) {
    forEachVector { i, weight, gradient in
      let sum = load(slots[0], i) + gradient * gradient
      store(sum, slots[0], i)
      return weight - Float(rate) * gradient / (sum + epsilon).squareRoot()
    }
  }

  private func adadelta(_ rho: Double, _ epsilon: Float) {
    let (kept, new) = (Float(rho), Float(1 - rho))
    forEachVector { i, weight, gradient in
      let squares = kept * load(slots[0], i) + new * (gradient * gradient)
      store(squares, slots[0], i)
      let steps = load(slots[1], i)
      let change = (steps + epsilon).squareRoot() * gradient / (squares + epsilon).squareRoot()
      store(kept * steps + new * (change * change), slots[1], i)
      return weight - Float(rate) * change
    }
  }

  private func adamax(_ beta1: Double, _ beta2: Float, _ epsilon: Float) {
    let alpha = Float(rate / (1 - PortableMath.pow(beta1, step)))
    let new = Float(1 - beta1)
    forEachVector { i, weight, gradient in
      let old = load(slots[0], i)
      let mean = old + (gradient - old) * new
      store(mean, slots[0], i)
      let size = gradient.replacing(with: -gradient, where: gradient .< Vector(repeating: 0))
      let faded = beta2 * load(slots[1], i)
      let norm = faded.replacing(with: size, where: size .> faded)
      store(norm, slots[1], i)
      return weight - alpha * mean / (norm + epsilon)
    }
  }

  /// The momentum grows from half of beta1 to all of it, by Dozat's schedule; its product so far corrects the mean's start.
  private func nadam(_ beta1: Double, _ beta2: Double, _ epsilon: Float) {
    func momentum(_ step: Int) -> Double { beta1 * (1 - 0.5 * PortableMath.pow(0.96, step)) }
    let (product, next) = (momentumProduct(beta1), momentum(step + 1))
    let fromMean = Float(rate * next / (1 - product * next))
    let fromGradient = Float(rate * (1 - momentum(step)) / (1 - product))
    let correction = Float(1 / (1 - PortableMath.pow(beta2, step)))
    let (new1, new2) = (Float(1 - beta1), Float(1 - beta2))
    forEachVector { i, weight, gradient in
      let (oldMean, oldSquare) = (load(slots[0], i), load(slots[1], i))
      let mean = oldMean + (gradient - oldMean) * new1
      let square = oldSquare + (gradient * gradient - oldSquare) * new2
      store(mean, slots[0], i)
      store(square, slots[1], i)
      return weight - (fromMean * mean + fromGradient * gradient) / ((square * correction).squareRoot() + epsilon)
    }
  }

  /// The product of the momenta of all steps so far; beyond the precision of 1 - product it counts as 0.
  private func momentumProduct(_ beta1: Double) -> Double {
    var (product, fade) = (1.0, 1.0)
    // Far beyond the steps in which 0.96^step counts for anything.
    let settled = 4096
    for _ in 0..<min(step, settled) {
      fade *= 0.96
      product *= beta1 * (1 - 0.5 * fade)
      if product < 0x1p-60 { return 0 }
    }
    return step > settled ? product * PortableMath.pow(beta1, step - settled) : product
  }

  private func lion(_ beta1: Double, _ beta2: Double) {
    let (kept1, new1, kept2, new2) = (Float(beta1), Float(1 - beta1), Float(beta2), Float(1 - beta2))
    let zero = Vector(repeating: 0)
    let move = Vector(repeating: Float(rate))
    forEachVector { i, weight, gradient in
      let momentum = load(slots[0], i)
      let direction = momentum * kept1 + gradient * new1
      store(momentum * kept2 + gradient * new2, slots[0], i)
      return weight - zero.replacing(with: move, where: direction .> zero).replacing(with: -move, where: direction .< zero)
    }
  }

  /// A step whose rate is 0, by which it would divide, changes nothing; and where the divisor is 0, since there has been no
  /// gradient, the weight stays.
  private func ftrl(_ settings: Ftrl) {
    guard rate > 0 else { return }
    let (shrinkage, limit) = (Float(2 * settings.l2Shrinkage), Vector(repeating: Float(settings.l1)))
    let penalty = Float(2 * settings.l2 + settings.beta / rate)
    forEachVector { i, weight, gradient in
      let old = load(slots[0], i)
      let sum = old + gradient * gradient
      let (scale, oldScale) = (settings.power(sum) / Float(rate), settings.power(old) / Float(rate))
      let linear = load(slots[1], i) + (gradient + shrinkage * weight - (scale - oldScale) * weight)
      store(sum, slots[0], i)
      store(linear, slots[1], i)
      let divisor = scale + penalty
      let next = (linear.clamped(lowerBound: -limit, upperBound: limit) - linear) / divisor
      return next.replacing(with: weight, where: divisor .== Vector(repeating: 0))
    }
  }

  /// Replaces every vector of weights by what `body` makes of it, after the decay, and of its gradient.
  @inline(__always)
  private func forEachVector(_ body: (_ index: Int, _ weight: Vector, _ gradient: Vector) -> Vector) {
    for i in stride(from: 0, to: count, by: 16) {
      let weight = load(w, i)
      store(body(i, weight - decay * weight, load(g, i)), w, i)
    }
  }

  @inline(__always)
  private func load(_ source: UnsafePointer<Float>, _ index: Int) -> Vector {
    UnsafeRawPointer(source + index).loadUnaligned(as: Vector.self)
  }

  @inline(__always)
  private func store(_ vector: Vector, _ target: UnsafeMutablePointer<Float>, _ index: Int) {
    UnsafeMutableRawPointer(target + index).storeBytes(of: vector, as: Vector.self)
  }
}
