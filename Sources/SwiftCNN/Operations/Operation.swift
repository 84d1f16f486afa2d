import CKernels

/// A computation of a plan, forward and backward. It owns sizes and settings, no tensor. Most have one input and one output.
protocol Operation: AnyObject {
  var values: OperationValues { get set }

  /// Whether one thread computes whole images, or all threads share one computation over the batch.
  var scope: OperationScope { get }
  /// How many images one call should have, so that the weights and their gradients are read once for all of them; 0 where it does
  /// not matter. A call may have more or fewer.
  var imagesAtOnce: Int { get }
  /// About the multiply-adds of an image: decides only whether threads share them.
  var work: Int { get }
  /// What it does and how, for `planInfo`.
  var algorithm: String { get }
  /// What `backward` reads; the plan keeps it until then. Inputs: all of them.
  var backwardReadsInput: Bool { get }
  var backwardReadsOutput: Bool { get }
  /// The output may lie where the first input does, and so may their gradients.
  var worksInPlace: Bool { get }
  /// In place, all outputs are the input, untouched.
  var isIdentity: Bool { get }
  /// The elements of the rows in which it writes its output, if these may be parts of others (`Strides`).
  var outputRow: Int? { get }
  /// The same for reading one of its inputs.
  func inputRow(_ index: Int) -> Int?
  /// It adds to the loss by itself, whatever lies behind it.
  var addsToLoss: Bool { get }
  /// The operation's part of the flat buffers; nil without weights.
  var weightSpan: Range<Int>? { get }

  /// The part of the flat buffers to whose gradients `backward` adds; nil if to none.
  var gradientSpan: Range<Int>? { get }

  /// float32 elements an image that `forward` leaves for `backward`, in training; of operations that add to the loss, always.
  var savedPerImage: Int { get }
  /// The same for the whole batch.
  var savedPerBatch: Int { get }
  /// The operation whose kept memory this one shares, instead of having its own.
  var sharesSavedWith: (any Operation)? { get }
  /// float32 elements that a thread needs while it runs.
  var scratchElements: Int { get }
  /// float32 elements that a thread keeps through all images of a group, in `backward`.
  var groupScratch: Int { get }
  /// float32 elements of packed weights, and the independent tasks in which they are made.
  func packing(_ kernels: KernelTable, training: Bool, needsInputGradient: Bool) -> Packing

  func forward(_ call: OperationCall)
  /// Writes `inputGradient` (if there is one) and adds to the gradients of the weights; operations for the whole batch write these.
  /// May overwrite `outputGradient`.
  func backward(_ call: OperationCall)
  /// Before and after the backward passes of a group of images: what need not be done for each.
  func beginGroup(_ call: OperationCall)
  func endGroup(_ call: OperationCall)
}

enum OperationScope {
  case image
  case batch
}

/// Weights rearranged for the kernels.
struct Packing {
  var elements = 0
  var tasks = 0
  var run: (_ task: Int, _ weights: WeightBase, _ packed: UnsafeMutablePointer<Float>) -> Void = { _, _, _ in }
}

/// The arguments of a run of an operation: consecutive images of a batch.
struct OperationCall {
  let kernels: KernelTable
  /// Threads that the operation may share its work between: 1 where each thread has images of its own.
  let threads: Int
  /// Optimizer steps before this one: the counter of dropout's random numbers.
  let step: Int
  var weights: UnsafePointer<Float>
  var packed: UnsafeMutablePointer<Float>
  /// The scratch of the first of these threads; from one thread's to the next.
  var scratch: UnsafeMutablePointer<Float>
  let scratchStep: Int
  let group: UnsafeMutablePointer<Float>
  var saved: UnsafeMutablePointer<Float>
  let batchSaved: UnsafeMutablePointer<Float>
  var firstImage: Int
  var count: Int
  /// Images of the whole batch.
  let batchSize: Int
  var input: UnsafeMutablePointer<Float>
  /// Whether the input lies with the whole batch's, the next image behind it, and not where this thread has just made it.
  var inputIsBatch: Bool
  var output: UnsafeMutablePointer<Float>
  let inputGradient: UnsafeMutablePointer<Float>?
  let outputGradient: UnsafeMutablePointer<Float>?
  /// The gradient buffer, shifted so that a weight's offset in the flat buffers finds its gradient. Nil if the weights do not learn.
  var weightGradients: UnsafeMutablePointer<Float>?
  /// Of an operation for the whole batch: its weights have other uses, so that it adds to their gradients, instead of writing them.
  var addsWeightGradients = false
  /// All inputs and the gradients of all inputs and outputs, of operations that have several.
  var inputs: [UnsafeMutablePointer<Float>] = []
  var inputGradients: [UnsafeMutablePointer<Float>?] = []
  var outputGradients: [UnsafeMutablePointer<Float>?] = []
}

extension OperationCall {
  /// Whether threads should take parts of a piece of work, of which there are too few for each to have some of its own.
  func shares(_ pieces: Int) -> Bool { threads > 1 && pieces < 2 * threads }

  func scratch(of thread: Int) -> UnsafeMutablePointer<Float> { scratch + thread * scratchStep }
}

extension Operation {
  var scope: OperationScope { .image }
  var imagesAtOnce: Int { 1 }
  var work: Int { max(values.inputElements, values.outputElements) }
  var backwardReadsInput: Bool { false }
  var backwardReadsOutput: Bool { false }
  var worksInPlace: Bool { false }
  var isIdentity: Bool { false }
  var outputRow: Int? { nil }
  func inputRow(_ index: Int) -> Int? { nil }
  var addsToLoss: Bool { false }
  var weightSpan: Range<Int>? { nil }
  /// Whether a gradient is wanted of the operation's weights.
  var learns: Bool { weightSpan != nil && !values.isFrozen }
  var gradientSpan: Range<Int>? { learns ? weightSpan : nil }
  var savedPerImage: Int { 0 }
  var savedPerBatch: Int { 0 }
  var sharesSavedWith: (any Operation)? { nil }
  var scratchElements: Int { 0 }
  var groupScratch: Int { 0 }
  func beginGroup(_ call: OperationCall) {}
  func endGroup(_ call: OperationCall) {}
  func packing(_ kernels: KernelTable, training: Bool, needsInputGradient: Bool) -> Packing { Packing() }
}

extension Operation {
  /// The gradient of image `i`'s output before a fused relu, in place of `outputGradient`; its sums join the bias's gradient.
  func gradientBeforeActivation(
    _ call: OperationCall, _ i: Int, relu: Bool, channels: Int, bias: Int?
  ) -> UnsafeMutablePointer<Float> {
    // Invariant: asked only of operations whose output has a gradient.
    let gradient = call.outputGradient! + i * values.outputElements
    if relu {
      let row = values.outputStrides == nil ? values.outputElements : channels
      for (number, place) in stride(from: 0, to: values.outputElements, by: row).enumerated() {
        let output = call.output + i * values.outputStep + number * (values.outputStrides?.row ?? 0)
        call.kernels.activate_gradient(Int32(KERNEL_RELU), 0, output, output, gradient + place, gradient + place, row)
      }
    }
    if let bias, let weightGradients = call.weightGradients {
      call.kernels.column_sums(
        gradient, values.outputElements / channels, channels, channels, weightGradients + bias, 1)
    }
    return gradient
  }
}

/// How the columns of a matrix fall into panels no wider than the register tile, and near-equal: a narrow last one would run at a
/// fraction of the speed.
struct Panels {
  /// The width of the widest register tile, that of AVX-512.
  static let widest = 80

  let columns: Int
  let count: Int
  /// Of all but the last panel; a multiple of 8.
  let width: Int

  init(_ columns: Int, _ kernels: KernelTable) {
    self.columns = columns
    count = columns <= kernels.widest_panel ? min(columns, 1) : columns.dividedUp(by: kernels.panel_width)
    width = columns.dividedUp(by: max(1, count)).rounded(upTo: 8)
  }

  func start(_ panel: Int) -> Int { panel * width }
  func columns(_ panel: Int) -> Int { min(width, columns - start(panel)) }
  /// The length of a row of the packed panel.
  func packedColumns(_ panel: Int) -> Int { columns(panel).rounded(upTo: 16) }
  /// Elements before the panel when `depth` rows are packed panel by panel.
  func offset(_ panel: Int, depth: Int) -> Int { panel * width.rounded(upTo: 16) * depth }
  func elements(depth: Int) -> Int { count == 0 ? 0 : offset(count - 1, depth: depth) + packedColumns(count - 1) * depth }
}
