#pragma once

#include <filesystem>
#include <stop_token>

#include "curriculum/curriculum.h"
#include "model/local_embedder.h"
#include "search/filter.h"
#include "search/index_writer.h"
#include "tutor/text_vectors.h"

namespace groundwork::tutor {

/// The index of the library's pages (explainers, remedials, interview packs): a folder below `indexes` that is named by
/// what is in it, so that each state of the content is indexed once on a machine.
/// Passages have metadata kind, page, module, week, and role: "aside" for what must not be quoted, "answer" for what
/// was written as one, else "text". Labs and question banks are not in it: their answers are graded.
/// @param root  the folder that holds library/
/// @return the folder
/// @errors those of IndexWriter (kUnavailable: another program is making it just now) and of reading the pages
base::Result<std::filesystem::path> ensure_library_index(
    const std::filesystem::path& indexes, const std::filesystem::path& root, const curriculum::Curriculum& content,
    model::LocalEmbedder& embedder, const search::IndexWriter::Progress& progress = {}, std::stop_token stop = {});

/// The vectors of all that answers from the library's index read, in a file beside it. Made where they are not there,
/// are damaged or of another model, which takes about as long as indexing.
/// @param folder    the index's
/// @param snapshot  of it
/// @errors those of TextVectors::write, and of reading the index
base::Result<std::shared_ptr<const TextVectors>> ensure_text_vectors(const std::filesystem::path& folder,
                                                                     const search::Snapshot& snapshot,
                                                                     model::Embedder& embedder,
                                                                     const EmbeddingProgress& progress = {},
                                                                     const std::stop_token& stop = {});

/// What of the library may stand in an answer.
search::Filter quotable();

}  // namespace groundwork::tutor
