// Who must have agreed before a body is erased. All of it stands in signed acts, so an audit and
// the receiver of a pack repeat it:
//
//   the event     stands in front, is named by its digest, is of a kind that may be erased, and
//                 was not erased before; rows of it are a run's, of whole leaves, and none of them
//                 was erased before
//   the request   an act `erasure agreed` of the event's author, or, of the data subject, a
//                 document that the ledger recorded
//   the consents  for each agreement that relies on the event: an act `erasure agreed` of everyone
//                 who proposed, accepted or attested terms there, or of their arbiter
//                 (signed_terms.h); who agrees to some rows agrees to no others, who agrees to the
//                 whole body agrees to any rows of it
//
// An agreement relies on a feed when terms that were accepted or attested, or that change those,
// bind the feed's stream to a name; on an act in its own stream always. What terms make of the
// evidence plays no part: consent is asked for where in doubt.
#pragma once

#include "absl/status/status.h"
#include "ledger/log/admission.h"
#include "ledger/log/recorded_events.h"
#include "schema/erasure.h"

namespace tally::ledger {

// InvalidArgument: no such event or another one; PermissionDenied: may not be erased, or somebody
// has not agreed; AlreadyExists: erased before. In a part of a ledger (Extent::kPart) events,
// agreements and parties that are not in it are not judged.
absl::Status CheckErasure(const Erasure& erasure, Place place, StreamTable& streams,
                          const RecordedEvents& recorded, Extent extent);
absl::Status CheckErasureAgreed(const ErasureAgreed& agreed, Place place,
                                const RecordedEvents& recorded, Extent extent);

}  // namespace tally::ledger
