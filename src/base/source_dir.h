#pragma once

namespace groundwork::base {

/// The root of the source tree that this was built from; for tests and benchmarks, which alone link it.
const char* source_dir();

}  // namespace groundwork::base
