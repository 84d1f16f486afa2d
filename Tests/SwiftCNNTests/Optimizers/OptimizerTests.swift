import Testing

@testable import SwiftCNN

@Suite("Learning rates, clipping and averages")
struct OptimizerTests {
  @Test("elementary functions are right to the last digits")
  func elementary() {
    #expect(abs(PortableMath.log(10) - 2.302585092994046) < 1e-15)
    #expect(abs(PortableMath.exp(-3.7) - 0.024723526470339388) < 1e-17)
    #expect(abs(PortableMath.pow(0.3, 2.5) - 0.04929503017546494) < 1e-16)
    #expect(PortableMath.pow(2, -3.0) == 0.125)
    #expect(PortableMath.pow(0, 0.5) == 0)
    #expect(abs(PortableMath.cosPi(0.8) + 0.8090169943749475) < 1e-15)
    #expect(PortableMath.exp(1000) == .infinity)
  }

  @Test(
    "a schedule survives its JSON",
    arguments: [
      LearningRate.constant(0.1), .exponentialDecay(initial: 0.1, steps: 5, rate: 0.5, staircase: true),
      .inverseTimeDecay(initial: 0.1, steps: 5, rate: 0.5), .polynomialDecay(initial: 0.1, steps: 5, power: 2, cycle: true),
      .cosineDecay(initial: 0, steps: 9, alpha: 0.1, warmupTarget: 0.2, warmupSteps: 3),
      .cosineDecayRestarts(initial: 0.1, firstSteps: 4), .piecewiseConstantDecay(boundaries: [3], values: [0.2, 0.1]),
    ])
  func json(_ rate: LearningRate) throws {
    #expect(try LearningRate(json: rate.json.text) == rate)
    #expect(rate.value(at: 0).isFinite)
  }

  @Test("a schedule is found at once however far the step is")
  func farSteps() {
    let restarts = LearningRate.cosineDecayRestarts(initial: 1, firstSteps: 1, stepsFactor: 1 + 0x1p-40)
    for step in [1 << 40, 1 << 53, .max] { #expect(0...1 ~= restarts.value(at: step)) }
    // Both ways to the period give the same rate, as long as both can be gone.
    let growing = LearningRate.cosineDecayRestarts(initial: 1, firstSteps: 1, stepsFactor: 1.001)
    var (length, start) = (1.0, 0.0)
    for _ in 0..<9000 { (start, length) = (start + length, length * 1.001) }
    let share = ((start + length / 3).rounded() - start) / length
    #expect(abs(growing.value(at: Int((start + length / 3).rounded())) - 0.5 * (1 + PortableMath.cosPi(share))) < 1e-6)
    #expect(LearningRate.polynomialDecay(initial: 1, steps: 2, power: 0x1p63).value(at: 1) < 0.001)
    #expect(PortableMath.pow(0.5, Double(Int.min)) == .infinity)
  }

  @Test("Nadam's momentum is found at once however far the step is")
  func farNadam() throws {
    let buffers = try (0..<4).map { _ in try FloatBuffer(16, for: "a test") }
    buffers[1].values.update(repeating: 1)
    Nadam(beta1: 1 - 0x1p-53, beta2: 0.999, epsilon: 1e-7).update(
      UpdateStep(
        kernels: try InstructionSet.chosen().kernels, weights: buffers[0].pointer, gradients: buffers[1].pointer,
        slots: [buffers[2].pointer, buffers[3].pointer], count: 16, rate: 0.1, decay: 0, number: 1 << 53))
    #expect(buffers[0].values.allSatisfy { $0.isFinite })
  }

  @Test("a model that was saved between two steps goes on with the same bits")
  func resume() throws {
    let optimizer = Optimizer.adam(
      learningRate: .cosineDecay(initial: 0.1, steps: 8), clipping: .globalNorm(0.1), average: WeightAverage(momentum: 0.9))
    let (x, y) = (try Tensor(shape: [20, 3], values: values(60, seed: 1)), try Tensor(shape: [20], values: values(20, seed: 2)))
    func model() throws -> Model {
      let model = try Sequential(input: [3], seed: 2) { Dense(1) }
      try model.compile(optimizer: optimizer, loss: .meanSquaredError, metrics: [.meanAbsoluteError])
      return model
    }
    func train(_ model: Model, steps: Int) throws {
      for _ in 0..<steps { try x.withView { x in try y.withView { y in _ = try model.trainOnBatch(x: x, y: y) } } }
    }
    let (whole, first) = (try model(), try model())
    try train(whole, steps: 6)
    try train(first, steps: 3)
    let rest = try first.serialized().withUnsafeBytes { try Model.deserialize($0) }
    try train(rest, steps: 3)
    #expect(try rest.weights == whole.weights)
    try rest.adoptWeightAverage()
    try whole.adoptWeightAverage()
    #expect(try rest.weights == whole.weights)
    #expect(try rest.learningRate == whole.learningRate)
  }

  @Test("norms are the same whatever the number of threads")
  func norms() throws {
    let kernels = try InstructionSet.chosen().kernels
    let results = [1, 2, 3].map { threads in
      var gradients = values(70_000, seed: 5)
      gradients.withUnsafeMutableBufferPointer {
        GradientClipping.globalNorm(1).apply(to: $0.baseAddress!, of: [0..<40_000, 40_000..<70_000], kernels, threads: threads)
      }
      return gradients
    }
    #expect(results[0] == results[1] && results[0] == results[2])
    #expect(abs(results[0].reduce(0.0) { $0 + Double($1) * Double($1) } - 1) < 1e-5)
  }
}
