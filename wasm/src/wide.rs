//! AES that encrypts a single block as the first of four, and keeps the others: the blocks that counter mode asks for
//! next. RustCrypto's AES is bitsliced, so that four blocks take as long as one; and its code for single blocks, as long as
//! that for four, then stays out of the module.

use core::cell::RefCell;

use aes_gcm::aead::array::typenum::{U16, Unsigned};
use aes_gcm::aead::{Key, KeyInit, KeySizeUser};
use aes_gcm::aes::Block;
use aes_gcm::aes::cipher::inout::InOut;
use aes_gcm::aes::cipher::{
    BlockCipherEncBackend, BlockCipherEncClosure, BlockCipherEncrypt, BlockSizeUser, ParBlocks,
    ParBlocksSizeUser,
};

/// At least as many as AES takes at a time.
const BATCH: usize = 4;

/// What consecutive blocks, as numbers, encrypt to.
struct Batch {
    first: u128,
    count: u128,
    encrypted: [Block; BATCH],
    /// No batch of other blocks was made out of it.
    fresh: bool,
}

pub struct Wide<Aes> {
    aes: Aes,
    last: RefCell<Batch>,
}

impl<Aes: KeySizeUser> KeySizeUser for Wide<Aes> {
    type KeySize = Aes::KeySize;
}

impl<Aes: KeyInit> KeyInit for Wide<Aes> {
    fn new(key: &Key<Self>) -> Self {
        let nothing = Batch {
            first: 0,
            count: 0,
            encrypted: Default::default(),
            fresh: false,
        };
        Self {
            aes: Aes::new(key),
            last: RefCell::new(nothing),
        }
    }
}

impl<Aes> BlockSizeUser for Wide<Aes> {
    type BlockSize = U16;
}

impl<Aes: BlockCipherEncrypt + BlockSizeUser<BlockSize = U16>> BlockCipherEncrypt for Wide<Aes> {
    #[inline(always)]
    fn encrypt_with_backend(&self, work: impl BlockCipherEncClosure<BlockSize = U16>) {
        self.aes.encrypt_with_backend(Closure {
            work,
            last: &self.last,
        });
    }
}

/// Work that is given the backend below instead of its own.
struct Closure<'a, Work> {
    work: Work,
    last: &'a RefCell<Batch>,
}

impl<Work> BlockSizeUser for Closure<'_, Work> {
    type BlockSize = U16;
}

impl<Work: BlockCipherEncClosure<BlockSize = U16>> BlockCipherEncClosure for Closure<'_, Work> {
    #[inline(always)]
    fn call<Backend: BlockCipherEncBackend<BlockSize = U16>>(self, backend: &Backend) {
        self.work.call(&Batches {
            backend,
            last: self.last,
        });
    }
}

struct Batches<'a, Backend> {
    backend: &'a Backend,
    last: &'a RefCell<Batch>,
}

impl<Backend> BlockSizeUser for Batches<'_, Backend> {
    type BlockSize = U16;
}

impl<Backend: ParBlocksSizeUser> ParBlocksSizeUser for Batches<'_, Backend> {
    type ParBlocksSize = Backend::ParBlocksSize;
}

impl<Backend: BlockCipherEncBackend<BlockSize = U16>> BlockCipherEncBackend
    for Batches<'_, Backend>
{
    #[inline(never)]
    fn encrypt_block(&self, mut block: InOut<'_, '_, Block>) {
        let number = number(block.get_in());
        let last = &mut *self.last.borrow_mut();
        let mut ahead = number.wrapping_sub(last.first);
        if ahead >= last.count {
            let mut blocks = ParBlocks::<Self>::default();
            for (ahead, block) in (0..).zip(&mut blocks) {
                *block = number.wrapping_add(ahead).to_be_bytes().into();
            }
            self.backend.encrypt_par_blocks_inplace(&mut blocks);
            last.first = number;
            last.count = 0;
            for (kept, block) in last.encrypted.iter_mut().zip(blocks) {
                *kept = block;
                last.count += 1;
            }
            last.fresh = true;
            ahead = 0;
        }
        *block.get_out() = last.encrypted[ahead as usize];
    }

    /// Short records: the first blocks of the data were encrypted with the one for the tag.
    #[inline(always)]
    fn encrypt_par_blocks(&self, mut blocks: InOut<'_, '_, ParBlocks<Self>>) {
        if self.knows(&blocks.get_in()[0]) {
            for at in 0..<Self as ParBlocksSizeUser>::ParBlocksSize::USIZE {
                self.encrypt_block(blocks.get(at));
            }
            self.last.borrow_mut().fresh = false;
        } else {
            self.backend.encrypt_par_blocks(blocks);
        }
    }
}

impl<Backend> Batches<'_, Backend> {
    /// True once for each batch: in long records, looking up each block takes longer than what it saves.
    fn knows(&self, block: &Block) -> bool {
        let last = self.last.borrow();
        last.fresh && number(block).wrapping_sub(last.first) < last.count
    }
}

fn number(block: &Block) -> u128 {
    u128::from_be_bytes((*block).into())
}
