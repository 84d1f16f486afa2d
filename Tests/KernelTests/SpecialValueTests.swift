import CKernels
import Testing

@Suite struct SpecialValueTests {
  @Test("softmax stays finite for logits up to 1e38 apart and is even where all are equal", arguments: InstructionSet.allCases)
  func hugeLogits(_ set: InstructionSet) throws {
    let table = try set.usableTable().pointee
    var y = [Float](repeating: 0, count: 12)
    table.softmax([1e38, -1e38, 0, -1e38, -1e38, -1e38, 3e38, 3e38, -3e38, 7, 7, 7], &y, 4, 3)
    #expect(y[..<9] == [1, 0, 0, Float(1) / 3, Float(1) / 3, Float(1) / 3, 0.5, 0.5, 0])
    #expect(y[9...].allSatisfy { $0 == Float(1) / 3 })
  }

  @Test("a row with a value that is not a number spoils only itself", arguments: InstructionSet.allCases)
  func softmaxOfNaN(_ set: InstructionSet) throws {
    let table = try set.usableTable().pointee
    var y = [Float](repeating: 0, count: 6)
    table.softmax([1, .nan, 0, 2, 2, 2], &y, 2, 3)
    #expect(y[..<3].allSatisfy { $0.isNaN })
    #expect(y[3...].allSatisfy { $0 == Float(1) / 3 })
  }

  @Test("the loss of huge logits is exact and its gradient finite", arguments: InstructionSet.allCases)
  func hugeLogitsLoss(_ set: InstructionSet) throws {
    let table = try set.usableTable().pointee
    var (loss, gradient) = ([Float](repeating: 0, count: 2), [Float](repeating: 0, count: 4))
    table.sparse_crossentropy_logits([1e5, -1e5, 1e5, -1e5], [0, 1], nil, 1, &loss, &gradient, 2, 2)
    #expect(loss == [0, 2e5])
    #expect(gradient == [0, 0, 1, -1])
    table.binary_crossentropy_logits([1e5, -1e5], [1, 1], nil, 1, &loss, &gradient, 2, 1)
    #expect(loss == [0, 1e5])
    #expect(gradient[..<2] == [0, -1])
  }

  /// Whole windows of 2 x 2 have code of their own; a third, cut-off row gives the same windows to the general code.
  @Test("max pooling passes on what is not a number, and takes the first of equals", arguments: InstructionSet.allCases, [2, 3])
  func maxPool(_ set: InstructionSet, _ height: Int) throws {
    let table = try set.usableTable().pointee
    var pool = KernelPool(
      height: height, width: 12, channels: 1, out_height: (height + 1) / 2, out_width: 6, pool_h: 2, pool_w: 2, stride_h: 2,
      stride_w: 2, pad_top: 0, pad_left: 0)
    let rows: [Float] = [3, 3, -2, .nan, -1, -0.0, .nan, 9, -0.0, 0, 1, 2] + [3, 1, 5, 4, -7, 0, 1, 2, 0, 0, .nan, 3]
    let x = rows + [Float](repeating: 0, count: 12)
    var (y, code) = ([Float](repeating: 9, count: 12), [UInt8](repeating: 9, count: 12))
    table.max_pool(&pool, x, &y, &code, 1)
    #expect(y[0] == 3 && y[1].isNaN && y[2] == 0 && y[3].isNaN && y[4] == 0 && y[5].isNaN)
    #expect(code[..<6] == [0, 1, 255, 0, 255, 2])
    table.max_pool(&pool, x, &y, &code, 0)
    #expect(code[..<6] == [0, 1, 1, 0, 0, 2])
    #expect(y[4].sign == .minus)
  }

  @Test("activations keep what is not a number", arguments: ActivationReference.all.map(\.kind), InstructionSet.allCases)
  func activationOfNaN(_ kind: Int32, _ set: InstructionSet) throws {
    let table = try set.usableTable().pointee
    var y: [Float] = [0]
    table.activate(kind, 0.5, [.nan], &y, 1)
    #expect(y[0].isNaN)
  }

  /// 1 - 0.999 from floats would be off by 1.3e-5, and with it the size of the first steps.
  @Test("Adam's factors have all their digits", arguments: InstructionSet.allCases)
  func adamFactors(_ set: InstructionSet) throws {
    let table = try set.usableTable().pointee
    var (w, m, v): ([Float], [Float], [Float]) = ([0], [0], [0])
    table.adam(&w, [1], &m, &v, 1, 0, 0.9, 0.999, 1e-7, 0)
    #expect(m == [Float(0.1)])
    #expect(v == [Float(0.001)])
  }
}
