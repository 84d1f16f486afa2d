import CKernels

// MARK: - Packed weights

extension ConvolutionOperation {
  /// First the kernel by panels of filters, [group][panel][ky, kx, c][f]. For the input's gradient, the transposed kernel follows
  /// by panels of channels, [group][panel][phase][ky][kx, from the last][f][c].
  func packing(_ kernels: KernelTable, training: Bool, needsInputGradient: Bool) -> Packing {
    let panels = Panels(geometry.groupFilters, kernels)
    let forwardTasks = geometry.groups * panels.count
    let transposes = training && needsInputGradient
    let channelPanels = Panels(geometry.groupChannels, kernels)
    let area = geometry.rows.window * geometry.columns.window
    let transposedTasks = transposes ? geometry.groups * channelPanels.count * area : 0
    let elements = forwardPacked(kernels) + (transposes ? geometry.groups * transposedPacked(channelPanels) : 0)
    return Packing(elements: elements, tasks: forwardTasks + transposedTasks) { [unowned self] task, weights, packed in
      if task < forwardTasks {
        self.packForward(kernels, panels, task, weights(self.kernel) + self.kernel, packed)
      } else {
        self.packTransposed(
          kernels, channelPanels, task - forwardTasks, weights(self.kernel) + self.kernel, packed + self.forwardPacked(kernels))
      }
    }
  }

  func forwardPacked(_ kernels: KernelTable) -> Int {
    geometry.groups * Panels(geometry.groupFilters, kernels).elements(depth: depth)
  }

  /// Elements of one group's transposed kernel.
  func transposedPacked(_ panels: Panels) -> Int {
    panels.elements(depth: geometry.rows.window * geometry.columns.window * geometry.groupFilters)
  }

  private func packForward(
    _ kernels: KernelTable, _ panels: Panels, _ task: Int, _ source: UnsafePointer<Float>,
    _ packed: UnsafeMutablePointer<Float>
  ) {
    let (group, panel) = task.quotientAndRemainder(dividingBy: panels.count)
    kernels.pack(
      source + group * geometry.groupFilters + panels.start(panel), geometry.filters, depth, panels.columns(panel),
      packed + group * panels.elements(depth: depth) + panels.offset(panel, depth: depth))
  }

  private func packTransposed(
    _ kernels: KernelTable, _ panels: Panels, _ task: Int, _ source: UnsafePointer<Float>,
    _ packed: UnsafeMutablePointer<Float>
  ) {
    let area = geometry.rows.window * geometry.columns.window
    let (groupAndPanel, tap) = task.quotientAndRemainder(dividingBy: area)
    let (group, panel) = groupAndPanel.quotientAndRemainder(dividingBy: panels.count)
    let (ky, kx) = tap.quotientAndRemainder(dividingBy: geometry.columns.window)
    guard let packedTap = geometry.columns.placeOfTap(row: ky, kx, rows: geometry.rows.window) else { return }
    let place = tap * geometry.groupChannels + panels.start(panel)
    kernels.pack_transposed(
      source + place * geometry.filters + group * geometry.groupFilters, geometry.filters, geometry.groupFilters,
      panels.columns(panel),
      packed + group * transposedPacked(panels) + panels.offset(panel, depth: area * geometry.groupFilters)
        + packedTap * geometry.groupFilters * panels.packedColumns(panel))
  }
}
