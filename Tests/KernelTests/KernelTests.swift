import CKernels
import Foundation
import Testing

@Suite struct KernelTests {
  @Test("every kernel of the header has a case, and every case a kernel")
  func registryIsComplete() throws {
    let header = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Sources/CKernels/include/kernels.h").standardizedFileURL
    let text = try String(contentsOf: header, encoding: .utf8)
    let names = text.matches(of: /\(\*(?<name>\w+)\)\(/).map { String($0.output.name) }
    #expect(names.count > 30)
    #expect(Set(names) == Set(KernelCase.all.map(\.name)))
    #expect(KernelCase.all.count == names.count)
  }

  @Test(
    "values are right, and nothing beside the buffers is touched", arguments: KernelCase.all,
    InstructionSet.allCases)
  func values(of kernel: KernelCase, on set: InstructionSet) throws {
    let table = try set.usableTable().pointee
    for problem in kernel.problems {
      for side in GuardedMemory.Side.allCases {
        let complaint = problem.complaint(problem.run(table, flush: side))
        #expect(complaint == nil)
      }
    }
  }

  @Test("AVX2 and AVX-512 give the same bits", arguments: KernelCase.all)
  func sameBits(of kernel: KernelCase) throws {
    let narrow = try InstructionSet.avx2.usableTable().pointee
    let wide = try InstructionSet.avx512.usableTable().pointee
    for problem in kernel.problems {
      let same =
        problem.run(narrow, flush: .end).memories == problem.run(wide, flush: .end).memories
      #expect(same, "\(problem.label)")
    }
  }

  @Test(
    "reading and writing one buffer gives the bits of two", arguments: KernelCase.all,
    InstructionSet.allCases)
  func aliases(of kernel: KernelCase, on set: InstructionSet) throws {
    let table = try set.usableTable().pointee
    for problem in kernel.problems {
      for pair in problem.aliases {
        let apart = problem.run(table, flush: .end).memories[pair.written]
        let shared = problem.run(table, flush: .end, sharing: pair).memories[pair.written]
        #expect(apart == shared, "\(problem.label)")
      }
    }
  }
}
