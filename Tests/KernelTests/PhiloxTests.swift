import CKernels
import Testing

@Suite struct PhiloxTests {
  /// The vectors that come with the paper's own implementation (Random123, kat_vectors).
  @Test("the reference agrees with the published values")
  func publishedValues() {
    let all = UInt32.max
    #expect(philox(counter: [0, 0, 0, 0], key: [0, 0]) == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
    #expect(philox(counter: [all, all, all, all], key: [all, all]) == [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd])
    #expect(
      philox(counter: [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], key: [0xa409_3822, 0x299f_31d0])
        == [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1])
  }

  /// The words come out of the kernel by bisection: an element is kept if its word is not below the threshold.
  @Test("the kernel's words are the published ones", arguments: InstructionSet.allCases)
  func kernelWords(_ set: InstructionSet) throws {
    let table = try set.usableTable().pointee
    var stream = KernelStream(key0: 0, key1: 0, item: 0, layer: 0, step: 0)
    let x = [Float](repeating: 1, count: 64)
    var (y, codes, words) = (x, [UInt8](repeating: 0, count: 64), [UInt32](repeating: 0, count: 64))
    for bit in stride(from: 31, through: 0, by: -1) {
      for element in [0, 16, 32, 48] {
        let threshold = words[element] | 1 << UInt32(bit)
        table.dropout(&stream, threshold, 1, x, &y, &codes, 0, 64)
        if codes[element] == 0 { words[element] = threshold }
      }
    }
    #expect([words[0], words[16], words[32], words[48]] == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
  }

  @Test("keeps about the share it should")
  func share() throws {
    let table = try InstructionSet.baseline.usableTable().pointee
    var stream = KernelStream(key0: 1, key1: 2, item: 3, layer: 4, step: 5)
    let count = 100_000
    let x = [Float](repeating: 1, count: count)
    var (y, codes) = (x, [UInt8](repeating: 0, count: count))
    table.dropout(&stream, 0x4000_0000, 4.0 / 3, x, &y, &codes, 0, count)
    let kept = codes.count { $0 == 0 }
    #expect(abs(kept - 75_000) < 700)  // five standard deviations
  }
}
