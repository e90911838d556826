// Every command of the program, each group from its own file. What stands in the table is parsed,
// documented, completed and suggested; nothing else is.
#pragma once

#include <vector>

#include "tools/command.h"

namespace tally::tools {

// In the order in which `help` lists them.
std::vector<Command> CommandTable();

// The groups. A group's file adds its commands here and nowhere else.
std::vector<Command> InitCommands();         // init
std::vector<Command> StatusCommands();       // status, identity
std::vector<Command> KeyCommands();          // key new|prove
std::vector<Command> LogKeyCommands();       // key rotate-log
std::vector<Command> ServiceKeyCommands();   // key rotate-service
std::vector<Command> PartyCommands();        // party register|rotate|revoke|list|show
std::vector<Command> PartyRoleCommands();    // party recover|grant|withdraw
std::vector<Command> FeedCommands();         // feed register|source|list|show
std::vector<Command> DocumentCommands();     // zone, document
std::vector<Command> AppendCommands();       // sign, append
std::vector<Command> LogCommands();          // log, show
std::vector<Command> ProofCommands();        // checkpoint, prove
std::vector<Command> TileCommands();         // tiles export
std::vector<Command> WitnessCommands();      // cosign, witness serve|submit|status
std::vector<Command> StampCommands();        // stamp, stamp verify
std::vector<Command> TimeCommands();         // time accept|correct
std::vector<Command> PackCommands();         // heads, pack
std::vector<Command> EraseCommands();        // erasure agree, erase
std::vector<Command> VerifyCommands();       // verify
std::vector<Command> BackupCommands();       // backup, restore
std::vector<Command> SalvageCommands();      // salvage
std::vector<Command> ImportCommands();       // import
std::vector<Command> TermsCommands();        // terms check|show
std::vector<Command> AgreementCommands();    // agreement, amendment propose|accept
std::vector<Command> AmendmentCommands();    // amendment reject|list|show
std::vector<Command> TargetCommands();       // target propose|accept|object|list
std::vector<Command> DisputeCommands();      // claim file|answer|list
std::vector<Command> SettlementCommands();   // settlement propose|confirm
std::vector<Command> ForumCommands();        // claim acknowledge ... show, mediation, deadline
std::vector<Command> RulingCommands();       // ruling issue
std::vector<Command> RestatementCommands();  // restatement propose|accept|contest|list
std::vector<Command> WindowCommands();       // window object
std::vector<Command> ExclusionCommands();    // exclusion, attribution, maintenance announce
std::vector<Command> MatterCommands();       // exclusion list, attribution list
std::vector<Command> BalanceCommands();      // balance
std::vector<Command> InvoiceCommands();      // invoice record|credit|list|note
std::vector<Command> RightCommands();        // right, agreement terminate
std::vector<Command> ReplayCommands();       // replay, explain
std::vector<Command> CompareCommands();      // compare, contested
std::vector<Command> ProjectCommands();      // project
std::vector<Command> HelpCommands();         // help, completion, version, bench

}  // namespace tally::tools
