import Glibc

@testable import SwiftCNN

/// Measures convolutions: reads a `ConvolutionShape` from each line, and answers with a line of JSON that has the GFLOPS of
/// the direct form (two for a multiply-add) for the peak, the direct form and the planner's choice. benchmarks/kernels.py
/// runs it. Its argument: seconds to spend on a line.
@main
struct SwiftCNNKernels {
  static func main() throws {
    guard Engine.configuration == "release" else {
      throw SwiftCNNError.invalidValue(
        "this is a \(Engine.configuration) build, whose figures say nothing; run: python -m benchmarks kernels")
    }
    let seconds = CommandLine.arguments.dropFirst().first.flatMap(Double.init) ?? 1
    while let line = readLine() {
      guard let shape = ConvolutionShape(line: line) else {
        throw SwiftCNNError.invalidValue("a line must be nine or ten integers, see ConvolutionShape; got '\(line)'")
      }
      try Engine.setNumThreads(shape.threads)
      print(try measure(shape, within: seconds).text)
      fflush(nil)  // the reader waits for this line
    }
  }

  private static func measure(_ shape: ConvolutionShape, within seconds: Double) throws -> JSON {
    let peaks = try Peak.candidates(threads: shape.threads)
    let direct = try ConvolutionWork(shape, direct: true)
    let chosen = try ConvolutionWork(shape, direct: false)
    let isDirect = chosen.algorithm == direct.algorithm
    let layers = isDirect ? [direct] : [direct, chosen]
    let clock: Clock = shape.threads == 1 ? .processor : .wall
    let times = try clock.bestSeconds(of: peaks.map { $0.run } + layers.flatMap(works), within: seconds)
    let found = (0..<layers.count).map { figures(shape, Array(times[(peaks.count + 3 * $0)...].prefix(3))) }
    return [
      "peak": .number(zip(peaks, times).map { gflops($0.multiplyAdds, $1) }.max()!),
      "algorithm": .string(chosen.algorithm), "direct": found[0], "chosen": found[found.count - 1],
    ]
  }

  private static func works(_ work: ConvolutionWork) -> [() throws -> Void] {
    [work.forward, work.weightGradients, work.dataGradient]
  }

  /// - Parameter times: of forward, of the weights' gradient, and of the data gradient.
  private static func figures(_ shape: ConvolutionShape, _ times: [Double]) -> JSON {
    [
      "forward": .number(gflops(shape.multiplyAdds, times[0])),
      "weight gradient": .number(gflops(shape.multiplyAdds, times[1])),
      "data gradient": .number(gflops(shape.multiplyAdds, times[2])),
    ]
  }

  private static func gflops(_ multiplyAdds: Int, _ seconds: Double) -> Double { 2e-9 * Double(multiplyAdds) / seconds }
}
