import CSwiftCNN

/// The library as a whole: its version, its processor, its threads.
public enum Engine {
  /// The version of this library, "major.minor.patch".
  public static let version = "0.1.0"

  /// Threads that every later call uses, 1…256. Results do not depend on this number.
  ///
  /// - Throws: `invalidValue` for any other number.
  public static func setNumThreads(_ threads: Int) throws(SwiftCNNError) {
    guard let count = Int32(exactly: threads), scnn_i_set_threads(count) == 0 else {
      throw .invalidValue("the number of threads must be from 1 to \(SCNN_I_MAX_THREADS), got \(threads)")
    }
  }

  /// Threads that calls use: the number set here; if none is set, SWIFTCNN_NUM_THREADS; otherwise one for each core that the
  /// process may use.
  public static var numThreads: Int { Int(scnn_i_threads()) }

  /// The build configuration of the engine: "release" or "debug". Outside the kernels, "debug" is many times slower.
  static var configuration: String {
    #if DEBUG
      "debug"
    #else
      "release"
    #endif
  }

  /// JSON with the version, the instruction set in use, the instruction sets that the processor supports, the threads and the
  /// configuration.
  ///
  /// - Throws: `invalidValue` if SWIFTCNN_NUM_THREADS or SWIFTCNN_ISA has a value that cannot be used.
  public static func buildInfo() throws(SwiftCNNError) -> String {
    if let message = scnn_i_threads_error() { throw .invalidValue(String(cString: message)) }
    let info: JSON = [
      "version": .string(version), "isa": .string(try InstructionSet.chosen().rawValue),
      "isas": .array(InstructionSet.usable.map { .string($0.rawValue) }), "threads": .integer(numThreads),
      "configuration": .string(configuration),
    ]
    return info.text
  }
}
