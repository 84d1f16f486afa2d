import CKernels

#if KERNELS_AVX512
  @_cdecl("swiftcnn_kernels_avx512")
  public func kernels() -> UnsafePointer<KernelTable> { UnsafePointer(storage) }
  private let name: StaticString = "avx512"
#elseif KERNELS_AVX2
  @_cdecl("swiftcnn_kernels_avx2")
  public func kernels() -> UnsafePointer<KernelTable> { UnsafePointer(storage) }
  private let name: StaticString = "avx2"
#else
  @_cdecl("swiftcnn_kernels_baseline")
  public func kernels() -> UnsafePointer<KernelTable> { UnsafePointer(storage) }
  private let name: StaticString = "baseline"
#endif

/// Filled on first use and never freed. The compiler reports an error if an entry is missing.
nonisolated(unsafe) private let storage: UnsafeMutablePointer<KernelTable> = {
  let table = UnsafeMutablePointer<KernelTable>.allocate(capacity: 1)
  table.initialize(
    to: KernelTable(
      name: UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self),
      panel_width: panelWidth,
      widest_panel: widestPanel,
      tile: tileRows,
      pack: packPanel,
      pack_transposed: packPanelTransposed,
      sparse: sparseSums,
      count_nonzeros: countNonzeros,
      nonzeros: nonzeros,
      argmax_by_channel: argmaxByChannel,
      argmax_by_place: argmaxByPlace,
      argmax_sums: argmaxSums,
      depthwise: depthwise,
      depthwise_kernel_gradient: depthwiseKernelGradient,
      replicate_channels: replicateChannels,
      winograd_input: winogradInput,
      winograd_input_gradient: winogradInputGradient,
      winograd_output: winogradOutput,
      winograd_output_gradient: winogradOutputGradient,
      winograd_kernel: winogradKernel,
      winograd_kernel_gradient: winogradKernelGradient,
      column_sums: columnSums,
      sum_of_squares: sumOfSquares,
      add_scaled: addScaled,
      scale_offset: scaleOffset,
      clip: clip,
      exp: exponentials,
      log: logarithms,
      convert_u8: convertBytes,
      all_finite: allFinite,
      activate: activate,
      activate_gradient: activateGradient,
      softmax: softmax,
      softmax_gradient: softmaxGradient,
      max_pool: maxPool,
      max_pool_gradient: maxPoolGradient,
      average_pool: averagePool,
      average_pool_gradient: averagePoolGradient,
      moments: moments,
      normalize: normalize,
      normalize_sums: normalizeSums,
      normalize_gradient: normalizeGradient,
      dropout: dropout,
      dropout_gradient: dropoutGradient,
      sparse_crossentropy_logits: sparseCrossentropyLogits,
      crossentropy_logits: crossentropyLogits,
      binary_crossentropy_logits: binaryCrossentropyLogits,
      sparse_crossentropy: sparseCrossentropy,
      crossentropy: crossentropy,
      binary_crossentropy: binaryCrossentropy,
      mean_squared_error: meanSquaredError,
      sgd: sgd,
      sgd_momentum: sgdMomentum,
      adam: adam,
      rmsprop: rmsprop
    ))
  return table
}()
