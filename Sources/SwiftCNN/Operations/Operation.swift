import CKernels

/// A computation of a plan, forward and backward. It owns sizes and settings, but no tensors. Most operations have one input and
/// one output.
protocol Operation: AnyObject {
  var values: OperationValues { get set }

  /// Whether one thread computes whole images, or all threads share one computation over the batch.
  var scope: OperationScope { get }
  /// The preferred number of images in one call. The weights and their gradients are read once for all these images. 0 if the
  /// operation has no preference. A call may have more or fewer images.
  var imagesAtOnce: Int { get }
  /// Approximate multiply-adds for one image. It only decides whether threads share them.
  var work: Int { get }
  /// The operation's name and method, for `planInfo`.
  var algorithm: String { get }
  /// Whether `backward` reads all inputs, or the output. The plan keeps these until then.
  var backwardReadsInput: Bool { get }
  var backwardReadsOutput: Bool { get }
  /// Whether the output may share the memory of the first input. Their gradients may then share memory too.
  var worksInPlace: Bool { get }
  /// Whether all outputs are the unchanged input, if they share its memory.
  var isIdentity: Bool { get }
  /// The length of the rows in which it writes its output, if these may be parts of longer rows (`Strides`).
  var outputRow: Int? { get }
  /// The same for the rows of one of its inputs.
  func inputRow(_ index: Int) -> Int?
  /// Whether it adds to the loss itself, independently of the operations behind it.
  var addsToLoss: Bool { get }
  /// The operation's range of the flat buffers; nil if it has no weights.
  var weightSpan: Range<Int>? { get }

  /// The range of the flat buffers with the gradients that `backward` adds to; nil if there are none.
  var gradientSpan: Range<Int>? { get }

  /// float32 elements per image that `forward` saves for `backward` in training. Operations that add to the loss save them in
  /// inference too.
  var savedPerImage: Int { get }
  /// The same for the whole batch, in addition to the elements per image.
  var savedPerBatch: Int { get }
  /// The operation that owns the saved memory, if this operation shares it.
  var sharesSavedWith: (any Operation)? { get }
  /// float32 elements that a thread needs while the operation runs.
  var scratchElements: Int { get }
  /// float32 elements that a thread keeps for all images of a group, in `backward`.
  var groupScratch: Int { get }
  /// float32 elements of packed weights, and the independent tasks that pack them.
  func packing(_ kernels: KernelTable, training: Bool, needsInputGradient: Bool) -> Packing

  func forward(_ call: OperationCall)
  /// Writes `inputGradient` (if there is one) and adds to the gradients of the weights. Operations for the whole batch write the
  /// gradients of the weights instead. May overwrite `outputGradient`.
  func backward(_ call: OperationCall)
  /// Called before and after the backward passes of a group of images, for work that is needed only once for the group.
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

/// The arguments of one call of an operation: consecutive images of a batch.
struct OperationCall {
  let kernels: KernelTable
  /// The number of threads that may share the work of the operation; 1 if each thread has images of its own.
  let threads: Int
  /// The number of optimizer steps before this one. It is the counter of dropout's random numbers.
  let step: Int
  var weights: UnsafePointer<Float>
  var packed: UnsafeMutablePointer<Float>
  /// The scratch of the first thread; `scratchStep` is the distance to the next thread's.
  var scratch: UnsafeMutablePointer<Float>
  let scratchStep: Int
  let group: UnsafeMutablePointer<Float>
  var saved: UnsafeMutablePointer<Float>
  let batchSaved: UnsafeMutablePointer<Float>
  var firstImage: Int
  var count: Int
  /// The number of images in the whole batch.
  let batchSize: Int
  var input: UnsafeMutablePointer<Float>
  /// Whether the input is in the tensor of the whole batch, with the next image behind it. Otherwise it is in this thread's
  /// memory.
  var inputIsBatch: Bool
  var output: UnsafeMutablePointer<Float>
  let inputGradient: UnsafeMutablePointer<Float>?
  let outputGradient: UnsafeMutablePointer<Float>?
  /// The gradient buffer, shifted so that adding a weight's offset in the flat buffers gives its gradient. Nil if the weights do
  /// not learn.
  var weightGradients: UnsafeMutablePointer<Float>?
  /// Whether an operation for the whole batch adds to the gradients of its weights instead of writing them. It does so if other
  /// operations use these weights too.
  var addsWeightGradients = false
  /// All inputs, and the gradients of all inputs and outputs, for operations that have several.
  var inputs: [UnsafeMutablePointer<Float>] = []
  var inputGradients: [UnsafeMutablePointer<Float>?] = []
  var outputGradients: [UnsafeMutablePointer<Float>?] = []
}

extension OperationCall {
  /// Whether threads should split a piece of work, because there are too few pieces for each thread to take whole ones.
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
  /// Whether the operation's weights need a gradient.
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
  /// The gradient of image `i`'s output before a fused relu. It overwrites `outputGradient`, and its sums are added to the bias's
  /// gradient.
  func gradientBeforeActivation(
    _ call: OperationCall, _ i: Int, relu: Bool, channels: Int, bias: Int?
  ) -> UnsafeMutablePointer<Float> {
    // Invariant: called only for operations with an output that has a gradient.
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

/// Divides the columns of a matrix into nearly equal panels, none wider than the register tile. A narrow last panel would run at
/// a fraction of the speed.
struct Panels {
  /// The width of the widest register tile, which AVX-512 has.
  static let widest = 80

  let columns: Int
  let count: Int
  /// The width of every panel but the last; a multiple of 8.
  let width: Int

  init(_ columns: Int, _ kernels: KernelTable) {
    self.columns = columns
    count = columns <= kernels.widest_panel ? min(columns, 1) : columns.dividedUp(by: kernels.panel_width)
    width = columns.dividedUp(by: max(1, count)).rounded(upTo: 8)
  }

  func start(_ panel: Int) -> Int { panel * width }
  func columns(_ panel: Int) -> Int { min(width, columns - start(panel)) }
  /// The length of a row in the packed panel.
  func packedColumns(_ panel: Int) -> Int { columns(panel).rounded(upTo: 16) }
  /// The number of elements before the panel if `depth` rows are packed panel by panel.
  func offset(_ panel: Int, depth: Int) -> Int { panel * width.rounded(upTo: 16) * depth }
  func elements(depth: Int) -> Int { count == 0 ? 0 : offset(count - 1, depth: depth) + packedColumns(count - 1) * depth }
}
